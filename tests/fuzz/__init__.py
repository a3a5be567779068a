"""Fuzzing: what takes in hostile bytes, and what must hold whatever they are."""
