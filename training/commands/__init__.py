"""One module per command of ``python -m training``: ``configure`` takes a parser, ``run`` the options."""
