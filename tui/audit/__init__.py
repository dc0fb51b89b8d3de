"""The audit's room: what was tried from here, by whom, and what became of it."""
