"""Exports: what is handed on, and what never is."""
