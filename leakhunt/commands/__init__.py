"""One file for each command: run(...) -> exit code."""
