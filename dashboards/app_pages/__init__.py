"""One file per page: filters, queries, widgets. No SQL and no literal text."""
