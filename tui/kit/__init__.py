"""What screens of any subject are built from."""
