"""A new briefing: its id, and a text that holds nothing yet but says what belongs where."""

import json
import re
import unicodedata
from collections.abc import Mapping

import yaml

from bot.content.model import LABELS, Section

TEMPLATE = """\
# A new briefing: readers are told no claim before you write one. What stands behind a # is a note for you. Take the #
# and the space after it away from what you fill in. Write in your own words, never a sentence of an article.
format: 1

briefing:
  id: NAME
  title: TITLE
  # summary: what this story is about, in one or two sentences
  language: en
  sharing: TLP:RED             # who may see it: LABELS

# Where the claims were read. Add title and url where you have them; leave out what you do not know.
# sources:
#   - id: source-1
#     publisher: the outlet
#     published: 2024-12-31

# Who makes the claims.
# people:
#   - id: person-1
#     name: the person or group
#     role: what makes them worth listening to

# One claim, one speaker, one source each. status: reported, assessed, forecast, background, unconfirmed, disputed.
# section: SECTIONS
# Take the last line away when readers may see the claim.
# snippets:
#   - id: claim-1
#     section: FIRST
#     text: A whole sentence that names its speaker and can be read alone.
#     claimed_by: person-1
#     status: reported
#     source: source-1
#     para: 1
#     state: draft
"""


def slug(title: str) -> str:
    """An id made of a title, as far as it has Latin letters and digits; may be empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:60].strip("-")


def as_written(name: str) -> str:
    """An id as YAML reads it back: `null`, `no` and `2026-11-02` are quoted, which were no texts without."""
    return str(yaml.safe_dump(name)).splitlines()[0]


def template(name: str, title: str, sections: Mapping[str, Section]) -> str:
    """A briefing without a claim; with the # taken away it is one that holds a draft."""
    filled = {
        "NAME": as_written(name),
        "LABELS": ", ".join(LABELS),
        "SECTIONS": ", ".join(map(as_written, sections)),
        "FIRST": as_written(next(iter(sections), "impact")),
        "TITLE": json.dumps(" ".join(title.split()), ensure_ascii=False),
    }
    return re.sub("|".join(filled), lambda found: filled[found[0]], TEMPLATE)
