"""A timeline as a picture: entries in their order, open marks for forecasts, filled for all else."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.message import Picture
from bot.platforms.literal import clean, clip

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont

Theme = Literal["light", "dark"]

FONTS = Path(__file__).parent / "fonts"

MARKS = 40
"""Entries that are drawn; a picture ten screens high helps nobody, and the text has them all."""

UNDRAWN = "(…)"
"""What stands for words in a script that no font at hand can draw, rather than boxes."""


@dataclass(frozen=True, slots=True)
class _Palette:
    paper: str
    ink: str
    muted: str
    mark: str


_PALETTES: dict[Theme, _Palette] = {
    "light": _Palette(paper="#ffffff", ink="#1b1d21", muted="#565b64", mark="#2257a0"),
    "dark": _Palette(paper="#1e1f22", ink="#f2f3f5", muted="#b8bdc6", mark="#8db4f0"),
}


def draw(picture: Picture, theme: Theme = "light", width: int = 720, font: Path | None = None) -> bytes:
    """`picture` as PNG; `font` is asked for the characters that DejaVu Sans lacks.

    Takes tens of milliseconds, so it belongs in a thread. A `font` that cannot be opened is done without.
    """
    from PIL import Image, ImageDraw

    palette = _PALETTES[theme]
    sheet = _laid_out(picture, width, font)
    image = Image.new("RGB", (width, sheet.height), palette.paper)
    pen = ImageDraw.Draw(image)
    for words in sheet.words:
        x = float(words.x)
        for run, face in words.face.runs(words.text):
            pen.text((x, words.y), run, getattr(palette, words.colour), face)
            x += face.getlength(run)
    on_rail = [stamp for stamp in sheet.stamps if stamp.linked]
    if on_rail:
        half = max(sheet.radius // 8, 1)
        ends = (on_rail[0].x - half, on_rail[0].y, on_rail[0].x + half, on_rail[-1].y)
        pen.rectangle(ends, fill=palette.mark)
    for stamp in sheet.stamps:
        _stamped(image, stamp, sheet.radius, palette)
    file = BytesIO()
    # A fifth of the time that Pillow's own choice of colours and its tightest file take, for the same picture.
    image.quantize(64, Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()


def _stamped(image: "Image.Image", stamp: "_Stamp", radius: int, palette: _Palette) -> None:
    """One round mark, drawn four times too large and made smaller, for Pillow's circles have stairs."""
    from PIL import Image, ImageDraw

    side = 2 * radius + 2
    big = Image.new("RGB", (side * 4, side * 4), palette.paper)
    box = (4, 4, side * 4 - 5, side * 4 - 5)
    fill = palette.paper if stamp.is_open else palette.mark
    ImageDraw.Draw(big).ellipse(box, fill=fill, outline=palette.mark, width=max(radius, 4) * 4 // 3)
    shape = Image.new("L", big.size)
    ImageDraw.Draw(shape).ellipse(box, fill=255)
    at = (stamp.x - radius - 1, stamp.y - radius - 1)
    small = (side, side)
    image.paste(big.resize(small, Image.Resampling.LANCZOS), at, shape.resize(small, Image.Resampling.LANCZOS))


@dataclass(frozen=True, slots=True)
class _Words:
    """One line of text and where it stands."""

    x: int
    y: int
    text: str
    face: "_Face"
    colour: Literal["ink", "muted"]


@dataclass(frozen=True, slots=True)
class _Stamp:
    """One mark and where its middle is; `linked` ones hang on the timeline, the legend's do not."""

    x: int
    y: int
    is_open: bool
    linked: bool = True


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Everything that is drawn, and how much room it takes."""

    words: tuple[_Words, ...]
    stamps: tuple[_Stamp, ...]
    radius: int
    height: int


def _laid_out(picture: Picture, width: int, font: Path | None) -> _Sheet:
    """Where everything stands; all lengths were chosen for a picture 720 wide."""
    unit = width / 720
    margin, indent = round(36 * unit), round(88 * unit)
    bold, text, small = (
        _face(name, round(size * unit), font)
        for name, size in (("DejaVuSans-Bold", 30), ("DejaVuSans", 28), ("DejaVuSans", 26))
    )
    words: list[_Words] = []
    stamps: list[_Stamp] = []

    def written(said: str, y: int, face: _Face, colour: Literal["ink", "muted"] = "ink", x: int = indent) -> int:
        for line in face.wrapped(said, width - x - margin):
            words.append(_Words(x, y, line, face, colour))
            y += face.height
        return y

    def stamped(y: int, is_open: bool, beside: _Face, *, linked: bool = True) -> None:
        stamps.append(_Stamp(round(52 * unit), y + beside.height // 2, is_open, linked))

    y = written(clip(clean(picture.title), 200), margin, bold, x=margin) + round(28 * unit)
    for mark in picture.marks[:MARKS]:
        stamped(y, mark.open, bold)
        y = written(clip(clean(mark.when), 120), y, bold)
        y = written(clip(clean(mark.text), 300), y, text)
        y = written(clip(clean(mark.kind), 60), y, small, "muted") + round(26 * unit)
    if len(picture.marks) > MARKS:
        y = written(f"{len(picture.marks) - MARKS} more are in the text", y, small, "muted")
    for is_open, meaning in ((False, "Said of the past or the present"), (True, "Forecast")):
        if any(mark.open == is_open for mark in picture.marks):
            stamped(y, is_open, small, linked=False)
            y = written(meaning, y, small, "muted") + round(6 * unit)
    if any(UNDRAWN in run for line in words for run, _ in line.face.runs(line.text)):
        y = written(f"{UNDRAWN} stands for words that cannot be drawn here; the text has them", y, small, "muted")
    return _Sheet(tuple(words), tuple(stamps), round(12 * unit), y + margin)


@dataclass(frozen=True, slots=True)
class _Face:
    """One size and weight: DejaVu's font, and another's for the characters that it lacks."""

    fonts: tuple["FreeTypeFont", ...]
    height: int
    known: dict[str, int]

    def runs(self, text: str) -> Iterator[tuple[str, "FreeTypeFont"]]:
        """`text` in stretches of one font."""
        for at, run in groupby(text, self.font_for):
            yield ("".join(run), self.fonts[at]) if at >= 0 else (UNDRAWN, self.fonts[0])

    def font_for(self, char: str) -> int:
        """Which font has `char`; -1 where none does."""
        found = self.known.get(char)
        if found is None:
            has = (at for at, font in enumerate(self.fonts) if char.isspace() or _has(font, char))
            found = self.known[char] = next(has, -1)
        return found

    def width(self, text: str) -> float:
        return sum(font.getlength(run) for run, font in self.runs(text))

    def wrapped(self, text: str, room: float) -> Iterator[str]:
        """`text` in lines no wider than `room`, broken within a word only where it alone is wider."""
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer) <= room:
                line = longer
                continue
            if line:
                yield line
            line = ""
            for char in word:
                if line and self.width(line + char) > room:
                    yield line
                    line = ""
                line += char
        if line:
            yield line


def _face(name: str, size: int, font: Path | None) -> _Face:
    from PIL import ImageFont

    fonts = [ImageFont.truetype(FONTS / f"{name}.ttf", size)]
    if font is not None:
        with suppress(OSError):
            fonts.append(ImageFont.truetype(font, size))
    return _Face(tuple(fonts), round(size * 1.36), {})


def _has(font: "FreeTypeFont", char: str) -> bool:
    """Whether `font` draws `char` otherwise than the box it draws for what no font has."""
    return bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))
