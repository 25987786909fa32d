"""The tests; their folders are explained in README.md."""
