"""A file is whole whenever anybody looks, whoever writes it: a draft, a receipt, a save, an export or a backup."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import whole
from bot.content.saving import ABSENT, save
from bot.drafting import writing
from bot.errors import Refused, StartError
from bot.verifying import _write
from bot.whole import opened, put, take_over
from tests.saving.test_saving import filled, mounted

LONG = "# kept\n" * 20_000


def drafted(folder: Path) -> None:
    writing._put(folder / "new.yaml", LONG)


def receipted(folder: Path) -> None:
    with opened(folder) as room:
        _write(room, folder / "new.yaml", LONG, folder / "beside")


def saved(folder: Path) -> None:
    save(folder, "new.yaml", LONG.encode(), ABSENT)


def exported(folder: Path) -> None:
    with whole.new_file(folder / "new.yaml", "export", 0o600) as part:
        part.write_text(LONG)


EVERY = pytest.mark.parametrize("write", [drafted, receipted, saved, exported])


@EVERY
def test_on_a_full_disk_there_is_no_file_and_nothing_is_left(tmp_path: Path, write: Callable[[Path], None]) -> None:
    with mounted(tmp_path / "disk", "size=128k") as folder:
        (folder / "beside").touch(mode=0o640)
        filled(folder / "filler")
        with pytest.raises((Refused, StartError, OSError)):
            write(folder)
        assert sorted(path.name for path in folder.iterdir()) == ["beside", "filler"]
        (folder / "filler").unlink()


def test_on_a_full_disk_neither_a_text_nor_what_hides_it_from_git_is_there_by_half(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=128k") as folder:
        filled(folder / "filler")
        with pytest.raises(OSError, match="No space left"):
            writing._keep_text(folder / "mud.txt", LONG)
        assert [path.name for path in folder.iterdir()] == ["filler"]
        (folder / "filler").unlink()


@EVERY
def test_the_disk_has_it_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None]
) -> None:
    done: list[str] = []
    (tmp_path / "beside").touch(mode=0o640)

    def noted(name: str) -> None:
        real = getattr(os, name)

        def note(*given: object, **more: object) -> None:
            done.append(name)
            real(*given, **more)

        monkeypatch.setattr(os, name, note)

    for name in ("fsync", "link", "replace"):
        noted(name)
    write(tmp_path)
    assert done in (["fsync", "link", "fsync"], ["fsync", "replace", "fsync"]), "the file, its name, its folder"
    assert (tmp_path / "new.yaml").read_text() == LONG
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside", "new.yaml"]


@pytest.mark.parametrize("links", [True, False])
def test_one_that_is_there_stays_also_where_the_disk_knows_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    with opened(tmp_path) as room:
        put(room, "new", b"mine")
        with pytest.raises(FileExistsError):
            put(room, "new", b"yours")
        assert (tmp_path / "new").read_bytes() == b"mine"
        put(room, "new", b"yours", take=take_over)
    assert (tmp_path / "new").read_bytes() == b"yours"
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_receipt_has_the_rights_of_its_briefing(tmp_path: Path) -> None:
    (tmp_path / "beside").touch()
    (tmp_path / "beside").chmod(0o640)
    receipted(tmp_path)
    assert (tmp_path / "new.yaml").stat().st_mode & 0o777 == 0o640
