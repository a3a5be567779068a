"""Verification of what is not one request: one module for each protocol."""
