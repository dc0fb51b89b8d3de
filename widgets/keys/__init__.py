"""Keys: commands as declarations."""
