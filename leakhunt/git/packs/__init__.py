"""Reads packs directly: every delta is inflated and applied once, and says what it changed."""
