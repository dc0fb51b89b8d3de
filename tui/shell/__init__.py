"""The app around the rooms: driver, theme, keys, palette, help."""
