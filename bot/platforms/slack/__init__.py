"""Slack: its limits, and messages as its blocks."""
