"""Slack as a process of its own: Web API, Socket Mode, signed HTTP requests and response URLs on loopback."""
