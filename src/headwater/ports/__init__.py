"""Ports: the protocols through which the engine reaches storage, processes and the clock."""
