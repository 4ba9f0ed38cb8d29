"""Whether what a briefing says stands in the text it was read in: figures, names, quotes, hedges, speakers."""
