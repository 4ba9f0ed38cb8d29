"""What shows only with many channels, or after many minutes."""
