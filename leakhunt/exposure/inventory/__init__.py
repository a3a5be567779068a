"""Ports as code: what should be open, what the files open, and where the two differ."""
