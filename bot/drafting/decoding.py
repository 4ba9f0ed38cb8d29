"""From bytes to text, by what a server or a page says of how its letters are written."""

import re

_META = re.compile(rb"<meta[^>]{1,200}?charset=[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:[lb]e)?|iso-?8859-\d{1,2}|windows-\d{3,4}|koi8-[ru]|euc-(?:kr|jp)|ks_c_5601-1987|gbk|gb2312"
    r"|gb18030|big5|shift[_-]jis",
    re.IGNORECASE,
)
"""What pages are written in; Python knows others, of which some are slow, and some are no letters at all."""
_LATIN_1 = re.compile(r"iso-?8859-1", re.IGNORECASE)


def decoded(body: bytes, charset: str | None) -> str | None:
    """The text, in what is said or else in UTF-8; None where it is neither.

    Who says ISO 8859-1 means Windows-1252, which has quotation marks besides (https://encoding.spec.whatwg.org).
    """
    for name in (charset or "", "utf-8-sig"):
        if name != "utf-8-sig" and not _KNOWN.fullmatch(name):
            continue
        try:
            return body.decode("windows-1252" if _LATIN_1.fullmatch(name) else name)
        except UnicodeDecodeError:
            continue
    return None


def said_by_page(body: bytes) -> str | None:
    """What a web page says of itself at its beginning."""
    found = _META.search(body[:4096])
    return found[1].decode("ascii") if found else None
