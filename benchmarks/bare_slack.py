"""`python -m benchmarks.bare_slack PORT FILE`: slack-bolt with one handler that answers what the file holds."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def main(port: int, file: Path) -> None:
    answer = json.loads(file.read_text(encoding="utf-8"))
    environ = os.environ
    app = AsyncApp(
        client=AsyncWebClient(environ["SLACK_BOT_TOKEN"], base_url=environ["SLACK_API_URL"]),
        signing_secret=environ["SLACK_SIGNING_SECRET"],
        process_before_response=True,
    )

    @app.command("/impact")
    async def impact(ack: Any) -> None:
        await ack(answer)

    app.server(port, host="127.0.0.1").start()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
