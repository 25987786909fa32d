"""Benchmarks: one script a question, side by side with Dagster and with the floor."""
