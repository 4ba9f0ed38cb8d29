"""What admins are told once: bad edits, what an edit changed, claims that aged."""
