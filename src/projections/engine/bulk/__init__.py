"""Every bulk run over the log: rebuilds, switched or kept, models of the past, what-if."""
