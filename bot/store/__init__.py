"""The store: what outlives the process."""
