"""The exam of delivery: the bot is killed again and again, and what two chat servers kept of it is counted."""
