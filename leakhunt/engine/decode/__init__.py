"""Text in which text is hidden: found cheaply, decoded, and scanned in its place."""
