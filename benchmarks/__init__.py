"""Measures the bot against bounds; every bound is a ratio within one run, or a wait that somebody notices."""
