"""What makes ports reachable from further away, one file for each format."""
