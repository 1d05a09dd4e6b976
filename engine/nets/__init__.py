"""The networks. torch only here and in the modules that build, save and export them."""
