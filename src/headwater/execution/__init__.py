"""Execution: one plan becomes events."""
