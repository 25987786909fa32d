"""The instance: where settings choose the adapters."""
