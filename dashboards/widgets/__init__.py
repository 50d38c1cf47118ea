"""What pages are put together from: stamps, figures, tables, downloads, words."""
