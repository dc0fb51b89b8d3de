"""Find anything: one box over all screens, and a screen for records of kinds that have no room of their own."""
