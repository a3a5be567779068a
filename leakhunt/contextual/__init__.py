"""Secrets that only their names and places give away."""
