"""What Discord accepts in one message, counted in UTF-16 units, with the page each number comes from."""

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
