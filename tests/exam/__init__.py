"""Exam papers for the checker and the views: data and oracles that know nothing of the bot."""
