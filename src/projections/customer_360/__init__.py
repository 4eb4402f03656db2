"""The customer 360 view: all that is known of one customer, in one place."""
