"""The home room: what is wrong today, and how the project does."""
