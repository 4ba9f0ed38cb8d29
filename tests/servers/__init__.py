"""Chat platforms as real processes on loopback, for tests that need sockets, crashes and lost replies."""
