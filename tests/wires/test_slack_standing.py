"""What changes at Slack while the bot runs is noticed: a token taken back, a channel opened to others."""

from pathlib import Path

from tests.wires.slack_stage import playing


async def test_a_token_that_is_taken_back_while_the_bot_runs_is_told(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        outcome = await stage.ask("impact")
        await stage.server.revoke("token_revoked")
        await stage.press(outcome, "Share to channel")
        await stage.standing("trouble", "Slack does not take SLACK_BOT_TOKEN")


async def test_a_channel_that_is_opened_to_others_shows_what_strangers_see_at_once(tmp_path: Path) -> None:
    async with playing(tmp_path, guarded=lambda _: True) as stage:
        await stage.ask("impact")
        assert not stage.answers.asked[-1].strange
        await stage.server.share(stage.room)
        await stage.server.tell("channel_shared", channel=stage.room, connected_team_id="T0OTHER")
        await stage.ask("impact")
        assert stage.answers.asked[-1].strange
