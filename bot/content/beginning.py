"""A new briefing: its id, and a text that holds nothing yet but says what belongs where."""

import json
import re
import unicodedata
from collections.abc import Mapping

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


def template(name: str, title: str, sections: Mapping[str, Section]) -> str:
    """A briefing without a claim; with the # taken away it is one that holds a draft."""
    filled = {
        "NAME": name,
        "LABELS": ", ".join(LABELS),
        "SECTIONS": ", ".join(sections),
        "FIRST": next(iter(sections), "impact"),
        "TITLE": json.dumps(" ".join(title.split()), ensure_ascii=False),
    }
    return re.sub("|".join(filled), lambda found: filled[found[0]], TEMPLATE)
