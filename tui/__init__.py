"""The application and the command line: they compose store and widgets."""
