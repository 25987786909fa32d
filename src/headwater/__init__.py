"""Headwater: an orchestrator for data assets."""
