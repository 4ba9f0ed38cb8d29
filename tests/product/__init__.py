"""The product as people have it: a process of its own, looked at from outside only."""
