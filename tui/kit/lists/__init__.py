"""Lists of rows as declarations, and the one body that shows them."""
