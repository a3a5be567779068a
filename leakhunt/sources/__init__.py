"""Where blobs come from."""
