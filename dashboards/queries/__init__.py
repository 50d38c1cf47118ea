"""Questions to the serving copy: SQL in, Polars frames and plain values out.

The only part of the dashboards that opens a file. No query names a personal
column: a hidden column would still travel to the browser.
"""
