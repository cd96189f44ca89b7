"""A command-line client of the API: Python's standard library and no more, so it can be copied anywhere."""
