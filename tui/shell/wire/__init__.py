"""What goes to the terminal: of each frame, only what it changes."""
