"""The SQL rooms: silver, gold and visibility as dbt builds them."""
