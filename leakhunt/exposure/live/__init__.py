"""The sockets of this host: what listens, on which addresses, and who has opened it."""
