"""What the admins are told."""
