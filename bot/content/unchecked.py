"""What `check` says of claims whose receipt is older than they are, or says that they do not stand in their text."""

from bot.content.parse import Parsed
from bot.content.problems import Mark, Problem, excerpt
from bot.content.receipt import Checked, checked_claims

AGAIN = "compare it with its text: briefing-bot verify {} --text FILE"
MEND_FIRST = f"put it right, and {AGAIN}"


def unchecked(parsed: Parsed) -> tuple[Problem, ...]:
    """A warning for each claim that is not checked as it stands; none where there is no receipt."""
    if parsed.briefing is None or parsed.receipt is None:
        return ()
    found = checked_claims(parsed.briefing, parsed.receipt)
    rules = {name: claim.found for name, claim in parsed.receipt.claims.items()}
    lines = {line.strip().removeprefix("- "): number for number, line in reversed([*enumerate(_lines(parsed), 1)])}
    return tuple(
        _warning(
            parsed,
            name,
            lines.get(f"id: {name}", 1),
            _said(standing, rules.get(name, ())),
            (MEND_FIRST if standing == Checked.DOUBTED else AGAIN).format(parsed.briefing.briefing.id),
        )
        for name, standing in found.items()
        if standing != Checked.CHECKED
    )


def counted(parsed: Parsed) -> int:
    """How many snippets stand in their texts as they are now."""
    if parsed.briefing is None:
        return 0
    checked = checked_claims(parsed.briefing, parsed.receipt)
    return sum(checked.get(snippet.id) == Checked.CHECKED for snippet in parsed.briefing.snippets)


def _said(standing: Checked, found: tuple[str, ...]) -> str:
    if standing == Checked.DOUBTED:
        return f"did not stand in its text when it was checked ({', '.join(found)})"
    return "changed since it was checked against its text" if standing == Checked.CHANGED else "is not checked"


def _lines(parsed: Parsed) -> list[str]:
    return parsed.text.split("\n")


def _warning(parsed: Parsed, name: str, number: int, said: str, mend: str) -> Problem:
    line = _lines(parsed)[number - 1]
    mark = Mark(number, line.index(name) + 1 if name in line else 1, len(name))
    return Problem(parsed.file, mark, f'"{name}" {said}', "unchecked", mend, "warning", excerpt(line, mark))
