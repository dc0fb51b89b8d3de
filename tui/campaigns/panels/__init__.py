"""Dashboard panels: one loading function each, shared by the campaign types that have them."""
