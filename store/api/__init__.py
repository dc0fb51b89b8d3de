"""The Voucherify API over HTTP: one client, its paging styles, its errors."""
