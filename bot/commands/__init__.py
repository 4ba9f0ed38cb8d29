"""Commands: what can be asked, and the pure replies."""
