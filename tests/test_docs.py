"""The docs are true: what exists is documented, what is documented exists, and each checker finds a planted lie."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from bot import digest_settings, environment, settings
from bot.cli import app
from bot.commands.registry import READING, commands
from bot.content import model
from bot.content.parse import parse
from bot.content.problems import errors
from bot.content.yaml_tree import Map, Seq, read_tree
from bot.metrics import METRICS, PROCESS
from bot.platforms.slack.manifest import SCOPES
from bot.store.tables import REVISION, SERVES
from tests.docs import (
    Block,
    anchors,
    apart,
    blocks,
    bold_under,
    coded_headings,
    dead_links,
    pictures_without_words,
    rows_under,
    shouted,
    unknown_calls,
)

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
SECTIONS = settings.load(ROOT / "config.yaml").sections

BRIEFING: Mapping[str, type[BaseModel]] = {
    "A briefing": model.Briefing,
    "`briefing`": model.Head,
    "`defaults`": model.Defaults,
    "`sources`": model.Source,
    "`people`": model.Person,
    "`snippets`": model.Snippet,
    "`cite`": model.CitePart,
    "`horizon`": model.Horizon,
    "`correction`": model.Correction,
    "`figures`": model.Figure,
    "`timeline`": model.TimelineEntry,
    "`when`": model.Moment,
    "`digest`": model.DigestBlock,
}
CONFIG: Mapping[str, type[BaseModel]] = {
    "`config.yaml`": settings.Config,
    "`sections`": model.Section,
    "`channels`": settings.Channel,
    "`admins`": settings.Admins,
    "`admins.discord`": settings.DiscordAdmins,
    "`admins.slack`": settings.SlackAdmins,
    "`digests`": digest_settings.Digest,
    "`delivery`": digest_settings.DeliverySettings,
    "`keep`": digest_settings.KeepSettings,
    "`desk`": settings.DeskSettings,
    "`discord`": settings.DiscordSettings,
    "`slack`": settings.SlackSettings,
    "`web`": settings.WebSettings,
}


class Environ(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, name: str, default: object = None) -> None:  # type: ignore[override]
        self.asked.add(name)


def doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def keys(part: type[BaseModel]) -> set[str]:
    return {info.alias or name for name, info in part.model_fields.items()}


def required(part: type[BaseModel]) -> set[str]:
    return {info.alias or name for name, info in part.model_fields.items() if info.is_required()}


def parts(top: type[BaseModel]) -> set[type[BaseModel]]:
    """Every model that a file of this kind may hold."""
    found = {top}
    for info in top.model_fields.values():
        for part in _models(info.annotation):
            found |= parts(part)
    return found


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def verbs() -> dict[str, set[str]]:
    """Each verb with its options; one that has verbs of its own with theirs."""
    found: dict[str, Any] = getattr(typer.main.get_command(app), "commands", {})
    return {name: set().union(*map(options, [verb, *inner(verb).values()])) for name, verb in found.items()}


def inner(verb: Any) -> dict[str, Any]:
    return dict(getattr(verb, "commands", {}))


def options(verb: Any) -> set[str]:
    return {option for one in verb.params for option in (*one.opts, *one.secondary_opts) if option.startswith("--")}


def targets() -> dict[str, set[str]]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {name: set() for name in re.findall(r"^([a-z]+):.* ## ", makefile, re.MULTILINE)}


def misread(block: Block) -> list[str]:
    """What is wrong in an example: errors, and in a fragment also keys that no model knows."""
    if "fragment" in block.words:
        tree = read_tree(block.text, "fragment.yaml")
        known = set().union(*map(keys, (*parts(model.Briefing), *parts(settings.Config))))
        return [one.message for one in errors(tree.problems)] + sorted(set(_keys(tree.root)) - known)
    if "\nsections:" in block.text:
        return [one.message for one in errors(settings.parse_config(block.text, Path("config.yaml"))[1])]
    return [one.message for one in parse(block.text, "example.yaml", SECTIONS).problems]


NAMED = frozenset(("sections", "channels", "digests"))
"""Keys under which the editor names things."""


def _keys(node: object, *, named: bool = False) -> Iterator[str]:
    if isinstance(node, Map):
        for name, value in node.items():
            yield from () if named else (name,)
            yield from _keys(value, named=name in NAMED and isinstance(value, Map))
    if isinstance(node, Seq):
        for value in node:
            yield from _keys(value)


# --- what exists is documented, and the other way round ---


def test_every_command_is_documented() -> None:
    built_in = {f"/{name}" for name in commands({})}
    assert {f"/{command.name}" for command in READING} | {"/help", "/status", "/digest"} == built_in
    assert apart("commands.md", coded_headings(doc("commands.md")), built_in) == []


def test_every_section_that_ships_is_named() -> None:
    assert [name for name in SECTIONS if f"`/{name}`" not in doc("commands.md")] == []


def test_every_verb_is_documented() -> None:
    assert apart("command-line.md", coded_headings(doc("command-line.md")), verbs()) == []


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_every_option_of_a_verb_is_documented(verb: str) -> None:
    said = rows_under(doc("command-line.md"), f"`{verb}`")
    assert apart(verb, said, verbs()[verb] - {"--help"}) == []


@pytest.mark.parametrize(("heading", "part"), [*BRIEFING.items(), *CONFIG.items()], ids=lambda one: str(one).strip("`"))
def test_every_key_of_a_file_is_documented(heading: str, part: type[BaseModel]) -> None:
    text = doc("reference.md")
    assert apart(heading, rows_under(text, heading), keys(part)) == []
    assert apart(heading, bold_under(text, heading), required(part)) == []


def test_no_part_of_a_file_is_forgotten() -> None:
    assert parts(model.Briefing) == set(BRIEFING.values())
    assert parts(settings.Config) == set(CONFIG.values())


def test_every_verb_of_a_verb_is_documented() -> None:
    text = doc("command-line.md")
    found: dict[str, Any] = getattr(typer.main.get_command(app), "commands", {})
    wanted = [f"briefing-bot {name} {word}" for name, verb in found.items() for word in inner(verb)]
    assert wanted
    assert [line for line in wanted if line not in text] == []


def test_every_variable_of_the_environment_is_documented() -> None:
    environ = Environ()
    environment.read_secrets(environ)
    text = doc("configure.md")
    plain = {name for name in environ.asked if not name.endswith("_FILE")}
    assert apart("Secrets", rows_under(text, "Secrets"), plain) == []
    assert [name for name in environ.asked if f"`{name}`" not in text] == []
    others = Environ()
    environment.read_log_format(others)
    assert apart("The log", rows_under(text, "The log"), others.asked) == []


def test_the_notes_on_upgrades_are_those_of_this_version() -> None:
    """Who adds a migration, a scope or a section to the changelog says there what it means for those who upgrade."""
    text = doc("upgrade.md")
    newest = re.findall(r"^## (.+?)(?: - .*)?$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
    scopes = ", ".join(f"`{scope}`" for scope in SCOPES)
    row = f"| {newest} | `{REVISION}` | `{SERVES}` | {scopes} |"
    assert row in text, f"docs/upgrade.md lacks the row {row}"
    assert rows_under(text, "What each version needs") - {"version"} >= {newest}


def test_every_metric_is_documented_with_its_labels() -> None:
    text = doc("operate.md")
    said = rows_under(text, "Metrics") - {"metric"}
    assert apart("Metrics", said, {*(one.name for one in METRICS), *PROCESS}) == []
    rows = {f"| `{one.name}` | {', '.join(f'`{label}`' for label in one.labels)}" for one in METRICS}
    assert [row for row in sorted(rows) if row not in text] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_metric_in_a_doc_exists(path: Path) -> None:
    real = {one.name for one in METRICS} | {f"{one.name}_bucket" for one in METRICS if one.kind == "histogram"}
    assert set(re.findall(r"\bbriefing_bot_[a-z_]+", path.read_text(encoding="utf-8"))) - real == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_call_in_a_doc_names_what_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unknown_calls(text, "briefing-bot", {name: {*known, "--help"} for name, known in verbs().items()}) == []
    assert unknown_calls(text, "make", targets()) == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_example_parses(path: Path) -> None:
    examples = [block for block in blocks(path.read_text(encoding="utf-8")) if "yaml" in block.words]
    assert [misread(block) for block in examples if misread(block)] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    assert dead_links(ROOT, path) == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_picture_has_words_and_nothing_is_shouted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert pictures_without_words(text) == []
    assert shouted(text) == []


def test_every_doc_is_reached_from_the_index() -> None:
    others = {path.name for path in DOCS if path.parent.name == "docs"} - {"index.md"}
    assert [name for name in sorted(others) if f"]({name})" not in doc("index.md")] == []


# --- and each finds a planted lie ---


def test_a_missing_name_and_an_invented_one_are_found() -> None:
    table = "## `run`\n\n| option | meaning |\n|---|---|\n| **`--port`** | x |\n\n## `ask`\n\n| `--as` | y |\n"
    assert rows_under(table, "`run`") == bold_under(table, "`run`") == {"--port"}
    assert rows_under(table, "`ask`") == {"--as"}
    assert bold_under(table, "`ask`") == set()
    assert coded_headings(table + "## Words\n") == {"run", "ask"}
    assert apart("run", {"--port"}, {"--config"}) == ["run: --config is not documented", "run: --port does not exist"]


def test_a_call_of_what_does_not_exist_is_found() -> None:
    text = "Say `briefing-bot publish` or `briefing-bot ask /x --loud`.\n\n```sh\nmake coffee\nmake run\n```\n"
    assert len(unknown_calls(text, "briefing-bot", {"ask": {"--as"}})) == 2
    assert unknown_calls(text, "make", {"run": set()}) == ["`make coffee`: there is no make coffee"]


@pytest.mark.parametrize(
    "block",
    [
        Block(("yaml",), "format: 1\nbriefing: {id: a, title: A, titel: B}\n"),
        Block(("yaml",), "\nsections:\n  impact: {title: Impact}\n"),
        Block(("yaml", "fragment"), "snippets:\n  - id: a\n    confidance: low\n"),
        Block(("yaml", "fragment"), "snippets: [\n"),
    ],
    ids=["a briefing", "a configuration", "a key in a fragment", "no YAML"],
)
def test_an_example_with_a_mistake_is_found(block: Block) -> None:
    assert misread(block)


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n[a](page.md#a-page) [b](page.md#b) [c](gone.md) [d](../out.md) [e](https://e.example)\n"
    )
    assert anchors(page) == {"a-page"}
    assert dead_links(tmp_path, page) == [
        "page.md: page.md#b has no such heading",
        "page.md: gone.md leads nowhere",
        "page.md: ../out.md leads nowhere",
    ]


def test_a_picture_without_words_and_a_shout_are_found() -> None:
    assert pictures_without_words("![desk](desk.png)") == ["desk.png"]
    assert shouted("Run it now!\n\n`a != b` is fine.") == ["Run it now!"]
