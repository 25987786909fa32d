"""Pipes: code that runs in a process of its own, in any language, and reports what it did by a published protocol."""
