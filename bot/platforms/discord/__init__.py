"""Discord: its limits, and messages as its embeds."""
