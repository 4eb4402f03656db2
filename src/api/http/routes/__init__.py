"""The routes, one file a kind of record. Request models live beside the routes that take them."""
