"""A bot that keeps a team briefed in the chat it already lives in."""

__version__ = "0.1.0"
