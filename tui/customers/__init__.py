"""The customers' room: whom somebody looks for or watches, and everything known of one of them."""
