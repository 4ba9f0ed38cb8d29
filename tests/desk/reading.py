"""What somebody reads on a page of the desk, and what its forms would send."""

import html
import re

from tests.desk.conftest import Visitor


def words(page: str) -> str:
    """What is read on a page."""
    apart = " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())
    return re.sub(r" ([,:])", r"\1", apart)


async def read(visitor: Visitor, path: str, status: int = 200) -> str:
    response, page = await visitor.get(path)
    assert response.status == status
    return page


def filled(page: str) -> dict[str, str]:
    """What the form that posts now would send."""
    form = page[page.index('action="/digests/send"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
