"""Hosting: the process that holds a code location."""
