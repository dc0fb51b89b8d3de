"""Charts and bars."""
