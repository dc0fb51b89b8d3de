"""A terminal for Voucherify campaigns. The program stands in the packages `tui`, `widgets` and `store`."""
