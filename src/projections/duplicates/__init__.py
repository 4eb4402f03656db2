"""Customers that may be one and the same: the blocks that each is in, and who shares them."""
