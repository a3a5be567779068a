"""Tests of `leakhunt/suppress/`."""
