"""Platforms: how a message is drawn and sent where people read it."""
