"""The errors of the bot, named for what the caller does next.

BriefingBotError
├── SettingsError    config.yaml or the environment cannot be used: show the problems, stop
├── StartError       something outside stops the start (port, folder, database): say so, stop
├── StoreError       the database does not answer: go on without it, say so
│   └── OldStore     the database is of another version: migrate first
├── PostError        a post may have arrived or not: look, then retry
├── NotFetched       a page on the internet did not come: say so; another time it may
│   └── NoHost       the name of its host leads nowhere
├── Later            refused before anything was written: try again after some seconds
└── Refused          asked for something that is not allowed: tell the one who asked
    ├── Gone         the message is not there any more: nothing is left to be done to it
    ├── NoAccess     the platform refuses the bot itself: tell the operator, a reader can do nothing
    └── NoPlace      one place is gone, or closed to the bot: send nothing there until it opens
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


class PostError(BriefingBotError):
    """Nobody knows whether what was sent arrived: look for it, then decide."""


class NotFetched(BriefingBotError):
    """A page on the internet did not come; it may come another time."""


class NoHost(NotFetched):
    """Nobody knows the host that an address names."""


class Later(BriefingBotError):
    """The platform was busy and did nothing; `seconds` says when to try again."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Refused(BriefingBotError):
    """What was asked for is not allowed; asking again does not help."""


class Gone(Refused):
    """The message is not there any more: somebody deleted it."""


class NoAccess(Refused):
    """The platform refuses the bot itself: a token or a scope is wrong."""


class NoPlace(Refused):
    """The platform does not let the bot into one place, or the place is gone."""
