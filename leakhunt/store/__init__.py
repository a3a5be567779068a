"""What earlier scans found clean."""
