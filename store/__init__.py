"""What promoscope knows: the Voucherify API, the SQLite cache and the domain. Never the screen."""
