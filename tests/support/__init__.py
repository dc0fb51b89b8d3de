"""What tests share and the product has no use for."""
