"""What doctor says of an app on Slack: each fault planted at a server that speaks as Slack does."""

import logging

import pytest

from bot.doctor import is_wrong
from bot.platforms.slack.manifest import SCOPES
from tests.doctor.conftest import House, in_slack, said
from tests.servers.faults import Fault, Kind
from tests.servers.slack.control import SlackServer

HTTP = "slack: {mode: http}\nweb: {url: 'https://bot.example'}\n"


async def test_a_healthy_app_has_nothing_wrong(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("newsroom")
    house.write(in_slack({"news": room}))
    found = await house.found()
    assert not is_wrong(found)
    assert [one for one in found if one.level != "ok"] == []
    told = said([one for one in found if one.where == "Slack"])
    assert told[0].startswith("The bot is @")
    assert told[1:] == [
        "The app-level token opens Socket Mode.",
        "The bot token has the 9 scopes it needs.",
        "news: posts in #newsroom, and reads there what it posted.",
        "Slack keeps /search, /status for itself: ask as /brief search, /brief status.",
    ]


async def test_with_a_prefix_no_name_is_reserved(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("newsroom")
    house.write(in_slack({"news": room}, more="slack: {prefix: nk-}\n"))
    found = await house.found()
    assert not is_wrong(found)
    assert not [one for one in said(found) if "keeps" in one]


async def test_http_mode_asks_for_no_app_token(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("newsroom")
    house.write(in_slack({"news": room}, more=HTTP))
    del house.environ["SLACK_APP_TOKEN"]
    house.environ["SLACK_SIGNING_SECRET"] = slack_server.signing_secret
    assert not await house.not_ok()
    assert not [one for one in slack_server.log("request") if "connections" in str(one)]


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_refused_bot_token_is_told_with_its_variable(
    house: House, slack_server: SlackServer, error: str
) -> None:
    if error == "invalid_auth":
        house.environ["SLACK_BOT_TOKEN"] = "xoxb-" + "c4nary-of-a-token"
    elif error == "token_revoked":
        await slack_server.revoke("token_revoked")
    else:
        await slack_server.revoke("account_inactive")
    [finding] = await house.wrong()
    assert finding.said == f"Slack does not take SLACK_BOT_TOKEN ({error})."
    assert "OAuth & Permissions" in (finding.mend or "")


async def test_a_refused_app_token_is_told_with_its_variable(house: House, slack_server: SlackServer) -> None:
    house.environ["SLACK_APP_TOKEN"] = "xapp-" + "c4nary-of-a-token"
    [finding] = await house.wrong()
    assert finding.said == "Slack does not take SLACK_APP_TOKEN (invalid_auth)."
    assert "Basic Information" in (finding.mend or "")


async def test_tokens_that_changed_places_are_told_before_slack_hears_of_them(
    house: House, slack_server: SlackServer
) -> None:
    house.environ |= {"SLACK_BOT_TOKEN": slack_server.app_token, "SLACK_APP_TOKEN": slack_server.bot_token}
    told = said(await house.wrong())
    assert [one.split(".")[0] for one in told] == [
        "SLACK_BOT_TOKEN holds a Slack app-level token",
        "SLACK_APP_TOKEN holds a Slack bot token",
    ]
    assert slack_server.log("request") == []


async def test_each_missing_scope_is_named_with_what_it_is_for(house: House, slack_server: SlackServer) -> None:
    for scope, purpose in SCOPES.items():
        await slack_server.scopes(set(SCOPES) - {scope})
        [finding] = await house.wrong()
        assert finding.said == f"The scope {scope} is missing: it is for {purpose}."
        assert "install the app again" in (finding.mend or "")


async def test_channels_it_cannot_post_in_are_told(house: House, slack_server: SlackServer) -> None:
    outside = await slack_server.channel("outside", member=False)
    private = await slack_server.channel("private", member=False, private=True)
    old = await slack_server.channel("old", archived=True)
    quiet = await slack_server.channel("quiet", read_only=True)
    house.write(in_slack({"outside": outside, "private": private, "old": old, "quiet": quiet}))
    wrong = await house.wrong()
    assert [(one.said, one.mend) for one in wrong] == [
        (f"outside: The bot is not in Slack channel {outside}.", "Invite it first: /invite @briefing."),
        (
            f"private: Slack channel {private} is not there, or is private and the bot is not in it: "
            "/invite @briefing.",
            None,
        ),
        (f"old: Slack channel {old} is archived.", "Unarchive it, or name another in config.yaml."),
        (
            f"quiet: Only some people may post in Slack channel {quiet}.",
            "Allow the bot in the channel's settings.",
        ),
    ]


async def test_a_channel_that_is_gone_is_told(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("newsroom")
    house.write(in_slack({"news": room}))
    await slack_server.delete_channel(room)
    [finding] = await house.wrong()
    assert finding.said.startswith(f"news: Slack channel {room} is not there")


@pytest.mark.parametrize(("audience", "told"), [("TLP:GREEN", 1), ("TLP:CLEAR", 0)])
async def test_a_channel_shared_with_others_is_told_where_it_was_to_see_more(
    house: House, slack_server: SlackServer, audience: str, told: int
) -> None:
    room = await slack_server.channel("newsroom", shared=True)
    house.write(in_slack({"news": room}, audience=audience))
    found = await house.not_ok()
    assert [one.level for one in found] == ["warning"] * told
    assert all("shared with another organization" in one.said for one in found)


async def test_a_clock_that_is_wrong_by_minutes_is_told(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("newsroom")
    house.environ["SLACK_SIGNING_SECRET"] = slack_server.signing_secret
    for skew, more, level in ((90.0, "", "warning"), (400.0, "", "warning"), (-400.0, HTTP, "wrong")):
        await slack_server.set(skew=skew)
        house.write(in_slack({"news": room}, more=more))
        [finding] = await house.not_ok()
        assert (finding.level, finding.where) == (level, "clock")
        assert ("ahead of" if skew < 0 else "behind") in finding.said
        assert "timedatectl" in (finding.mend or "")
    await slack_server.set(skew=20.0)
    assert not await house.not_ok()


async def test_a_page_where_the_api_should_be_is_told(house: House, slack_server: SlackServer) -> None:
    await slack_server.fault(Fault("api.test", "garbage", status=200))
    [finding] = await house.wrong()
    assert finding.said == "What answers at 127.0.0.1 is not Slack's API."


@pytest.mark.parametrize("fault", ["reset before", "garbage", "status before", "limited"])
async def test_a_fault_in_the_middle_is_told_and_the_rest_goes_on(
    house: House, slack_server: SlackServer, fault: Kind
) -> None:
    room, other = await slack_server.channel("newsroom"), await slack_server.channel("other")
    house.write(in_slack({"news": room, "other": other}))
    times = 2 if fault == "reset before" else 1  # the library asks again where nothing was answered
    await slack_server.fault(Fault("conversations.info", fault, status=503, seconds=1.0, times=times))
    found = await house.found()
    [finding] = [one for one in found if one.level == "wrong"]
    assert finding.said.startswith(f"news: Slack channel {room} could not be looked at: ")
    assert "other: posts in #other, and reads there what it posted." in said(found)


async def test_live_says_where_it_posts_and_leaves_nothing(house: House, slack_server: SlackServer) -> None:
    room, other = await slack_server.channel("admins"), await slack_server.channel("newsroom")
    house.write(in_slack({"admins": room, "news": other}))
    await slack_server.set(history_lag=0.7)
    found = await house.found(live=True)
    assert not is_wrong(found)
    assert house.told == [f"Slack: posting test messages in admins ({room}), and deleting them again."]
    told = said(found)
    [lag] = [one for one in told if one.startswith("A post is found again after ")]
    assert lag.endswith(" s, by its metadata and its block id.")
    assert 0.7 <= float(lag.split()[6]) < 5
    assert [one for one in told if one.startswith("A post repeated with its client_msg_id ")]
    assert await slack_server.messages(room) == []
    assert {one.get("room", room) for one in slack_server.log("message")} == {room}


async def test_live_tells_where_a_post_cannot_be_found_again(
    house: House, slack_server: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.platforms.slack.wire import examine

    monkeypatch.setattr(examine, "FOUND_WITHIN", 1.0)
    room = await slack_server.channel("admins")
    house.write(in_slack({"admins": room}))
    await slack_server.set(history_lag=30.0)
    [finding] = await house.wrong(live=True)
    assert finding.said == f"A post in admins ({room}) did not show in the history within 1 seconds."
    assert await slack_server.messages(room) == []


async def test_live_tells_what_it_could_not_delete(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("admins")
    house.write(in_slack({"admins": room}))
    await slack_server.fault(Fault("chat.delete", "status before", status=500))
    [finding] = await house.wrong(live=True)
    assert finding.said == f"1 test message in admins ({room}) could not be deleted."


async def test_live_says_where_a_test_message_may_be_left(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("admins")
    house.write(in_slack({"admins": room}))
    await slack_server.fault(Fault("chat.postMessage", "status after", status=502))
    [finding] = await house.wrong(live=True)
    assert finding.said.startswith(f"A test in admins ({room}) could not be posted")
    assert finding.mend == "Look there for a test message of the bot's, and delete it."


async def test_live_that_may_not_post_is_told(house: House, slack_server: SlackServer) -> None:
    room = await slack_server.channel("admins", read_only=True)
    house.write(in_slack({"admins": room}))
    told = said(await house.wrong(live=True))
    assert [one for one in told if one.startswith(f"A test in admins ({room}) could not be posted: Only some people")]


async def test_no_token_is_in_the_log(
    house: House, slack_server: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room = await slack_server.channel("admins")
    house.write(in_slack({"admins": room}))
    assert not is_wrong(await house.found(live=True))
    assert not [name for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN") if house.environ[name] in caplog.text]
