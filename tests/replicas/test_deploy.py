"""What `deploy/` holds is true: the steps of its files, done by hand, give two replicas that share the work."""

import re
import shutil
from configparser import ConfigParser
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bot.cli import app
from bot.environment import Secrets
from bot.settings import load
from tests.postgres import Cluster
from tests.product.running import started, told

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SECRETS = {one.name.upper() for one in fields(Secrets)}
VERBS = set(getattr(get_command(app), "commands"))  # noqa: B009 the type of the group is typer's own


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found["services"]  # type: ignore[no-any-return]  # it is a mapping


def environment(service: dict[str, Any], cluster: Cluster, database: str) -> dict[str, str]:
    """A service's environment, with what its `.env` would hold, and the database where it is."""
    known = {"DATABASE_PASSWORD": "secret", "DESK_PASSWORD": "canary-of-the-desk"}
    given = {
        name: re.sub(r"\$\{(\w+)(?::[-?][^}]*)?\}", lambda found: known.get(found[1], ""), value)
        for name, value in service["environment"].items()
    }
    assert given["DATABASE_URL"] == "postgresql://briefing:secret@database/briefing"
    return {name: value for name, value in given.items() if value} | {"DATABASE_URL": database}


@pytest.mark.asyncio(loop_scope="session")
async def test_the_steps_of_the_compose_file_give_two_replicas_that_share_the_work(
    postgres: Cluster, tmp_path: Path
) -> None:
    services, database = compose(), postgres.make()
    # Its mounts: config and briefings side by side. A port that two containers have at once is not free here twice.
    assert services["one"]["volumes"] == ["./config:/bot/config:ro", "../briefings:/bot/briefings:ro"]
    shutil.copytree(DEPLOY / "config", tmp_path / "config")
    shutil.copytree(ROOT / "briefings", tmp_path / "briefings")
    config = tmp_path / "config" / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("{host: 0.0.0.0}", "{port: 0}"), encoding="utf-8")

    for name, verb in (("migrate", "migrate"), ("one", "run"), ("two", "run")):
        assert services[name]["command"] == [verb, "--config", "config/config.yaml"]
    code, said = await told(config.parent, "migrate", environ=environment(services["migrate"], postgres, database))
    assert (code, "Created the PostgreSQL database" in said) == (0, True), said
    environs = [environment(services[name], postgres, database) for name in ("one", "two")]
    async with started(config.parent, environs[0]) as one, started(config.parent, environs[1]) as two:
        for desk in (one, two):
            await desk.shows("/health", "Replicas", "sends to desk, plans digests", "answers")
            assert "Andrei Lankov" in await desk.ask("/impact")


def test_its_configuration_is_the_shipped_one_but_for_what_a_container_needs() -> None:
    shipped, ours = (load(path).config for path in (ROOT / "config.yaml", DEPLOY / "config" / "config.yaml"))
    changed = {name for name in type(ours).model_fields if getattr(shipped, name) != getattr(ours, name)}
    assert changed == {"briefings", "desk"}
    assert (ours.briefings, ours.desk.host) == ("../briefings", "0.0.0.0")


def test_the_manifest_runs_verbs_that_there_are_where_the_files_are_mounted() -> None:
    (deployment,) = yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))
    pod = deployment["spec"]["template"]["spec"]
    assert deployment["spec"]["replicas"] == 2
    for container in (*pod["initContainers"], *pod["containers"]):
        verb, *options = container["args"]
        assert verb in VERBS
        assert options == ["--config", "config/config.yaml"]
        mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
        assert mounts == {"config": "/bot/config", "briefings": "/bot/briefings", "tmp": "/tmp"}
    assert {one["name"] for one in pod["volumes"]} == {"config", "briefings", "tmp"}
    (bot,) = pod["containers"]
    asked = {name: bot[f"{name}Probe"]["httpGet"] for name in ("liveness", "readiness")}
    assert asked == {
        "liveness": {"path": "/healthz", "port": "desk"},
        "readiness": {"path": "/readyz", "port": "desk"},
    }


def test_the_unit_names_secrets_and_verbs_that_there_are() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names are not all small
    text = (DEPLOY / "briefing-bot.service").read_text(encoding="utf-8")
    unit.read_string(text)
    lines = [line.partition("=")[::2] for line in text.splitlines() if "=" in line and not line.startswith("#")]
    credentials = {value.partition(":")[0] for name, value in lines if name == "LoadCredential"}
    named = dict(value.split("=%d/") for name, value in lines if name == "Environment")
    assert {name.removesuffix("_FILE") for name in named} <= SECRETS
    assert set(named.values()) == credentials
    verbs = [value.split()[1] for name, value in lines if name in ("ExecStartPre", "ExecStart")]
    assert verbs == ["migrate", "run"]
    assert set(verbs) <= VERBS


def test_the_image_is_made_of_files_that_there_are() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for name in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    forced = project.split("force-include]")[1].split("\n[")[0]
    needed = [line.split('"')[1] for line in forced.splitlines() if line.startswith('"')]
    assert [name for name in needed if name not in copied] == [], "the wheel carries these"
