"""Briefings on a Git host: the hook before a commit, and the Action beside a change."""
