"""Changing things on screens: what can be done, the form, the confirmation, the course, the result."""
