"""Many repositories audited side by side, and what came of them as one report."""
