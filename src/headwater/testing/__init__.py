"""Helpers for users' tests."""
