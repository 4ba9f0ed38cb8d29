"""The exam of delivery: the bot is killed again and again, and what two chat servers kept of it is counted.

`pytest tests/kills -rP` prints what each test counted. `SOAK=1` kills a thousand times, and starts processes in full.
`EXAMINED=tests.kills.sketch` examines another module than the bot: one that knows `run`, `digest send NAME --no-wait`
and `digest list --format json`, all with `--config PATH`, and the variables in points.py.
"""
