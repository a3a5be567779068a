"""Measures leakhunt, and what else scans for secrets, on repositories that the caller names.

`python -m benchmarks --help` lists what can be measured; `docs/performance.md` has the results.
"""
