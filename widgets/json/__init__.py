"""JSON, drawn and searched."""
