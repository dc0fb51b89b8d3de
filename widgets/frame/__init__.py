"""What frames every screen: top line, key line, tabs, progress, states."""
