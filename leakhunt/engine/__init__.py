"""Bytes in, matches out."""
