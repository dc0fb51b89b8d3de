"""Lists of what campaigns give out and what becomes of it, for every room that shows them."""
