"""Turns a plan into events: loading inputs, calling the user's functions, storing outputs."""
