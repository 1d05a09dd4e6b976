"""The commands of the command line, one module each.

A module has ``configure(parser, messages)``, which adds its arguments, and ``run(options, messages)``,
which does the work and returns an exit code.
"""
