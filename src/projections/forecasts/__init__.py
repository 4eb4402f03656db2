"""The weighted forecast by month and category, for now and for any day in the past."""
