"""Calls that change the project, as the API documents them (API §7): one module per kind of record."""
