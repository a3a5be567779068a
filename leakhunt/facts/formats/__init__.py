"""Readers of configuration formats: one small module per family."""
