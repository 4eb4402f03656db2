"""HTTP and the `crm` command line: request to command, row to response."""
