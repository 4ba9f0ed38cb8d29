"""The errors of the bot, named for what the caller does next.

BriefingBotError
├── SettingsError    config.yaml or the environment cannot be used: show the problems, stop
├── StartError       something outside stops the start (port, folder, database): say so, stop
├── StoreError       the database does not answer: go on without it, say so
│   └── OldStore     the database is of another version: migrate first
└── Refused          asked for something that is not allowed: tell the one who asked
"""


class BriefingBotError(Exception):
    """Base of all errors that the bot raises on purpose; its text is a sentence for the operator."""


class SettingsError(BriefingBotError):
    """The configuration cannot be used."""


class StartError(BriefingBotError):
    """Something outside the bot stops it from starting."""


class StoreError(BriefingBotError):
    """The database does not answer or refuses."""


class OldStore(StoreError):
    """The database is of another version than this bot."""


class Refused(BriefingBotError):
    """What was asked for is not allowed; asking again does not help."""
