"""Whether a credential is live: asked only when told to, and only of hosts that are known."""
