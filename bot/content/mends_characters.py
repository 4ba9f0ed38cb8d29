"""Characters that look like others, or like nothing: what they are called, and what to type in their place."""

ODD = {
    "\u00a0": ("a no-break blank", " "),
    "\u2007": ("a figure blank", " "),
    "\u2009": ("a thin blank", " "),
    "\u202f": ("a narrow no-break blank", " "),
    "\u3000": ("a wide blank", " "),
    "\u00ad": ("a soft hyphen", ""),
    "\u200b": ("a zero-width blank", ""),
    "\u200c": ("a zero-width non-joiner", ""),
    "\u200d": ("a zero-width joiner", ""),
    "\u2060": ("a word joiner", ""),
    "\ufeff": ("a byte order mark", ""),
    "\u2010": ("a typographic hyphen", "-"),
    "\u2011": ("a no-break hyphen", "-"),
    "\u2012": ("a figure dash", "-"),
    "\u2013": ("an en dash", "-"),
    "\u2014": ("an em dash", "-"),
    "\u2212": ("a minus sign", "-"),
    "\u2022": ("a bullet", "-"),
    "\u00b7": ("a middle dot", "-"),
    "\uff0d": ("a full-width hyphen", "-"),
    "\uff1a": ("a full-width colon", ":"),
    "\ufe55": ("a small colon", ":"),
    "\uff0c": ("a full-width comma", ","),
    "\uff3b": ("a full-width bracket", "["),
    "\uff3d": ("a full-width bracket", "]"),
    "\uff5b": ("a full-width brace", "{"),
    "\uff5d": ("a full-width brace", "}"),
    "\uff02": ("a full-width quotation mark", '"'),
    "\u201c": ("a curly quotation mark", '"'),
    "\u201d": ("a curly quotation mark", '"'),
    "\u201e": ("a low quotation mark", '"'),
    "\u2018": ("a curly quotation mark", "'"),
    "\u2019": ("a curly apostrophe", "'"),
}
"""What an editor's keyboard, a word processor or a web page puts where YAML wants a plain character."""

_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝαονρАВЕКМНОРСТХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijshdqwaovpABEKMHOPCTXISJABEZHIKMNOPTYX"
)
"""Cyrillic and Greek letters that look like Latin ones."""

_TYPED = str.maketrans({char: typed for char, (_, typed) in ODD.items()})


def plain(text: str) -> str:
    """The text as its editor most likely meant to type it."""
    return text if text.isascii() else text.translate(_TYPED).translate(_ALIKE)


def odd_in(text: str) -> str | None:
    """The first character of `text` that is not what it looks like."""
    if text.isascii():
        return None
    return next((char for char in text if char in ODD or ord(char) in _ALIKE), None)


def called(char: str) -> str:
    """`a no-break blank (U+00A0)`."""
    name = ODD[char][0] if char in ODD else "a letter of another alphabet"
    return f"{name} (U+{ord(char):04X})"


def to_type(char: str) -> str:
    """What to do about it: `type a plain blank`."""
    typed = ODD[char][1] if char in ODD else char.translate(_ALIKE)
    if not typed:
        return "delete it"
    return "type a plain blank" if typed == " " else f'type "{typed}"' if typed != '"' else "type a straight quote"
