"""Helpers for users' tests."""

from headwater.testing.io_manager_suite import IOManagerSuite

__all__ = ["IOManagerSuite"]
