"""What Discord accepts: most of it in one message, in UTF-16 units, with the page each number comes from."""

AGENT = "DiscordBot (https://github.com/Rapptz/discord.py, 2.7)"
"""How a client has to name itself, or it may be taken for a robot: discord.com/developers/docs/reference#user-agent."""

EMBEDS = 10
"""Embeds in a message: discord.com/developers/docs/resources/message#create-message."""

TOTAL = 6000
"""All text over all embeds: discord.com/developers/docs/resources/message#embed-object-embed-limits."""

TITLE = 256
"""An embed's title: the same page."""

DESCRIPTION = 4096
"""An embed's description: the same page."""

FOOTER = 2048
"""An embed's footer: the same page."""

ALT = 1024
"""An attachment's description: discord.com/developers/docs/resources/message#attachment-object."""

ROW = 5
"""Buttons in an action row: discord.com/developers/docs/components/reference#action-row."""

ROWS = 5
"""Action rows in a message without components v2: discord.com/developers/docs/components/reference."""

LABEL = 80
"""A button's label: discord.com/developers/docs/components/reference#button."""

CONTENT = 2000
"""A message's plain text: discord.com/developers/docs/resources/message#create-message."""

HISTORY = 100
"""Messages in one page of a channel's history: discord.com/developers/docs/resources/message#get-channel-messages."""

COMMANDS = 100
"""Slash commands of one scope: discord.com/developers/docs/interactions/application-commands#registering-a-command."""

COMMAND_ABOUT = 100
"""A command's and an option's description: the same page, #application-command-object."""

CHOICES = 25
"""Choices while somebody types: the same page, #application-command-object-application-command-option-structure."""

CHOICE = 100
"""A choice's name, and its value: the same page, #…-application-command-option-choice-structure."""

REPORT = 500
"""Characters of a reader's report; Discord would take 4000."""

POSTS_A_SECOND = 45
"""Requests a second that we start, of the 50 of discord.com/developers/docs/topics/rate-limits#global-rate-limit."""

A_CHANGE = 0.05
"""Seconds from one edit or deletion to the next: an edit takes two requests of those 50."""

IDENTIFY_EVERY = 5.0
"""Seconds between two IDENTIFYs of one bucket: discord.com/developers/docs/events/gateway#identifying."""
