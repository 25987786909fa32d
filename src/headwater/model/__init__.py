"""Frozen values that travel: keys, metadata, specs, events, run states and errors."""
