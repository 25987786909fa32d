"""The same programs on Headwater and on the real Dagster, and the table of public names."""
