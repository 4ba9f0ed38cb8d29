"""`draft`: from an article to a briefing with everything in it but the claims."""
