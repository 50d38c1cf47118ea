"""Great Expectations suites generated from contracts, as asset checks."""
