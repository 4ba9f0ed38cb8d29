"""Tokens are sent over https or to this machine, and nowhere else."""

import pytest

from bot.environment import read_secrets
from bot.errors import SettingsError

NAMES = ("DISCORD_API_URL", "SLACK_API_URL")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "url",
    [
        "http://proxy.example/api",
        "ftp://proxy.example/api",
        "http://localhost.proxy.example/api",
        "http://127.0.0.1.proxy.example/api",
        "https://canary@proxy.example/api",
        "https://:canary@proxy.example/api",
        "https://proxy.example/api?token=canary",
        "https://proxy.example/api#canary",
        "https://proxy.example:0/api",
        "https://proxy.example:port/api",
        "https:///api",
        "http://[",
        "canary",
    ],
)
def test_no_token_is_sent_in_the_clear_or_to_an_odd_address(name: str, url: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must be an https address") as refused:
        read_secrets({name: url})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://proxy.example/api", "http://127.0.0.1:8800/api/", "http://[::1]:1/api", "http://localhost/api"]
)
def test_a_proxy_over_https_and_this_machine_are_taken(url: str) -> None:
    secrets = read_secrets(dict.fromkeys(NAMES, url))
    assert secrets.discord_api_url == url.rstrip("/")
    assert secrets.slack_api_url == url.rstrip("/") + "/"
