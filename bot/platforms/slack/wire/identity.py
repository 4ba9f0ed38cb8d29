"""Who the bot is in its workspace, asked once."""

from dataclasses import dataclass

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize

from bot.platforms.slack.wire.api import Api


@dataclass(frozen=True, slots=True)
class Identity:
    """The workspace and our place in it; `url` is the workspace's address, with a slash at the end."""

    team: str
    workspace: str
    url: str
    user: str
    bot: str
    name: str


class Introduction(AsyncAuthorize):
    """Remembers who we are; Bolt asks it instead of Slack, so that no command waits for auth.test."""

    def __init__(self, api: Api) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's own has no types
        self._api = api
        self.identity: Identity | None = None

    async def made(self) -> Identity:
        """Who we are; raises what the call raises where it is not known yet."""
        return self.identity or await self.again()

    async def again(self) -> Identity:
        """Ask anew: that the token is still taken is known after it."""
        told = await self._api.write("auth.test")
        names = ("team_id", "team", "url", "user_id", "bot_id", "user")
        self.identity = Identity(*(str(told.get(name) or "") for name in names))
        return self.identity

    @property
    def name(self) -> str:
        return self.identity.name if self.identity else "the bot"

    def link(self, channel: str, ts: str) -> str:
        """Where people open a message; empty until it is known who we are."""
        return f"{self.identity.url}archives/{channel}/p{ts.replace('.', '')}" if self.identity else ""

    async def __call__(self, **_: object) -> AuthorizeResult:
        me = self.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=me.team if me else None,
            bot_id=me.bot if me else None,
            bot_user_id=me.user if me else None,
            bot_token=self._api.client.token,
        )
