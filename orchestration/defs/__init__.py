"""Everything Dagster loads: partners, bronze, dbt, decisions and what they share."""
