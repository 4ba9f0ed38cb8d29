"""The timeline's picture: marks that can be told apart without colour, and words that are not boxes."""

import math
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.message import Mark, Picture
from bot.platforms.picture import _PALETTES, FONTS, MARKS, Theme, _face, _laid_out, draw
from tests.drawings.messages import PICTURE


def opened(data: bytes) -> Image.Image:
    assert data.startswith(b"\x89PNG")
    return Image.open(BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forecasts_have_open_marks_and_all_else_filled_ones(theme: Theme) -> None:
    image = opened(draw(PICTURE, theme))
    paper = image.getpixel((2, 2))
    stamps = _laid_out(PICTURE, 720, None).stamps
    assert [stamp.is_open for stamp in stamps if stamp.linked] == [mark.open for mark in PICTURE.marks]
    for stamp in stamps:
        assert (image.getpixel((stamp.x, stamp.y)) == paper) is stamp.is_open


def light(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else math.pow((p + 0.055) / 1.055, 2.4) for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_the_paper(theme: Theme) -> None:
    palette = _PALETTES[theme]
    for colour in (palette.ink, palette.muted, palette.mark):
        lighter, darker = sorted((light(palette.paper), light(colour)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_every_entry_says_its_kind_in_words_large_enough_for_a_phone() -> None:
    sheet = _laid_out(PICTURE, 720, None)
    for mark in PICTURE.marks:
        assert mark.kind in [words.text for words in sheet.words]
    assert all(font.size >= 26 for words in sheet.words for font in words.face.fonts)
    assert all(words.x + words.face.width(words.text) <= 720 - 36 for words in sheet.words)


def test_it_grows_with_its_width() -> None:
    assert opened(draw(PICTURE, width=1440)).size[0] == 1440
    assert opened(draw(PICTURE, width=360)).size[0] == 360


def korean(*marks: Mark) -> Picture:
    return Picture("한국어", (Mark("2024년", "북한군 파병", "Reported", open=False), *marks), "alt")


def drawn(picture: Picture, font: Path | None = None) -> list[str]:
    return ["".join(run for run, _ in line.face.runs(line.text)) for line in _laid_out(picture, 720, font).words]


def test_words_that_no_font_can_draw_are_not_boxes_and_it_says_so() -> None:
    lines = drawn(korean())
    assert lines[:3] == ["(…)", "2024(…)", "(…) (…)"]
    assert "the text has them" in " ".join(lines)


def test_another_font_is_asked_for_what_dejavu_lacks() -> None:
    lacking = "\U0001d5a0"  # in the regular font at hand, not in the bold one
    assert [run for run, _ in _face("DejaVuSans-Bold", 26, None).runs(f"a{lacking}")] == ["a", "(…)"]
    face = _face("DejaVuSans-Bold", 26, FONTS / "DejaVuSans.ttf")
    assert list(face.runs(f"a{lacking}")) == [("a", face.fonts[0]), (lacking, face.fonts[1])]


def test_a_font_that_cannot_be_opened_is_done_without(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    assert drawn(korean(), broken) == drawn(korean(), tmp_path / "missing.ttf") == drawn(korean())


def test_a_long_timeline_says_how_many_entries_it_leaves_to_the_text() -> None:
    marks = tuple(Mark(f"day {at}", "Something.", "Reported", open=False) for at in range(MARKS + 4))
    assert "5 more are in the text" in drawn(korean(*marks))


def test_a_timeline_without_entries_is_still_a_picture() -> None:
    assert opened(draw(Picture("Nothing", (), "Nothing"))).size[0] == 720


def test_the_fonts_come_with_their_licence() -> None:
    assert "Bitstream Vera" in (FONTS / "LICENSE").read_text(encoding="utf-8")
