"""A seeded, deterministic Voucherify project behind a pure respond(request)."""
