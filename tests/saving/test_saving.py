"""Saving a briefing: real files, other writers, full disks, links, and what can be put back."""

import os
import resource
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.content import saving
from bot.content.folder import look
from bot.content.read import LARGEST
from bot.content.saving import ABSENT, UNDO, Changed, OnDisk, Saved, read, save, stamp_of, undo, undoable
from bot.errors import Refused
from bot.whole import TEMP

NAME = "harbour.yaml"
OLD = b"# kept: the pilots' words\r\nformat: 1\r\n"
NEW = b"# kept: the pilots' words\r\nformat: 1\r\nbriefing: {}\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "briefings").mkdir()
    (tmp_path / "briefings" / NAME).write_bytes(OLD)
    return tmp_path / "briefings"


def opened(folder: Path, name: str = NAME) -> OnDisk:
    found = read(folder, name)
    assert found is not None
    return found


def saved(found: Saved | Changed) -> OnDisk:
    assert isinstance(found, Saved)
    return found.now


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.name.startswith(TEMP))


def test_what_is_saved_stands_in_the_file_and_nothing_else_is_seen_in_the_folder(folder: Path) -> None:
    (folder / NAME).chmod(0o640)
    now = saved(save(folder, NAME, NEW, opened(folder).stamp))
    assert ((folder / NAME).read_bytes(), now) == (NEW, opened(folder))
    assert (folder / NAME).stat().st_mode & 0o777 == 0o640
    assert list(look(folder)) == [NAME]
    assert left_over(folder) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_keeps_its_owner(folder: Path) -> None:
    os.chown(folder / NAME, 4321, 1234)
    saved(save(folder, NAME, NEW, opened(folder).stamp))
    assert ((folder / NAME).stat().st_uid, (folder / NAME).stat().st_gid) == (4321, 1234)


def test_a_file_that_another_changed_is_left_as_they_left_it(folder: Path) -> None:
    since = opened(folder).stamp
    (folder / NAME).write_bytes(b"theirs\n")
    found = save(folder, NAME, NEW, since)
    assert found == Changed(OnDisk(b"theirs\n", stamp_of(b"theirs\n")))
    assert (folder / NAME).read_bytes() == b"theirs\n"
    saved(save(folder, NAME, NEW, opened(folder).stamp))
    assert (folder / NAME).read_bytes() == NEW


def test_a_save_whose_answer_was_lost_may_be_sent_again(folder: Path) -> None:
    since = opened(folder).stamp
    assert save(folder, NAME, NEW, since) == save(folder, NAME, NEW, since)
    assert saved(undo(folder, NAME, stamp_of(NEW))).data == OLD


def test_of_many_who_save_at_once_one_saves_and_the_others_are_told(folder: Path) -> None:
    since, texts = opened(folder).stamp, [b"format: 1 # %d\n" % number for number in range(8)]
    start = threading.Barrier(len(texts))

    def one(text: bytes) -> Saved | Changed:
        start.wait()
        return save(folder, NAME, text, since)

    with ThreadPoolExecutor(len(texts)) as pool:
        found = list(pool.map(one, texts))
    winner = [one for one in found if isinstance(one, Saved)]
    assert len(winner) == 1
    assert (folder / NAME).read_bytes() == winner[0].now.data
    assert all(one.now == winner[0].now for one in found)


def test_who_writes_while_the_new_text_is_put_on_the_disk_is_not_overwritten(folder: Path) -> None:
    """The file that is replaced must still be the one that was read: here another takes its place in between."""
    like = (folder / NAME).stat()
    (folder / "theirs").write_bytes(b"theirs\n")
    (folder / "theirs").rename(folder / NAME)
    with saving.locked(folder) as room, pytest.raises(FileExistsError):
        saving._put(room, NAME, NEW, like)
    assert (folder / NAME).read_bytes() == b"theirs\n"
    assert left_over(folder) == []


def test_a_new_file_never_takes_the_place_of_another(folder: Path) -> None:
    now = saved(save(folder, "new.yaml", NEW, ABSENT))
    assert opened(folder, "new.yaml") == now
    assert save(folder, "new.yaml", OLD, ABSENT) == Changed(now)
    with saving.locked(folder) as room, pytest.raises(FileExistsError):
        saving._put(room, "new.yaml", OLD, None)
    assert (folder / "new.yaml").read_bytes() == NEW


def test_a_file_that_was_deleted_comes_back_only_knowingly(folder: Path) -> None:
    since = opened(folder).stamp
    (folder / NAME).unlink()
    assert save(folder, NAME, NEW, since) == Changed(None)
    assert not (folder / NAME).exists()
    saved(save(folder, NAME, NEW, ABSENT))
    assert (folder / NAME).read_bytes() == NEW


def test_the_last_save_is_undone_and_the_undoing_too(folder: Path) -> None:
    first = opened(folder)
    assert not undoable(folder, NAME, first.stamp)
    second = saved(save(folder, NAME, NEW, first.stamp))
    assert undoable(folder, NAME, second.stamp)
    assert saved(undo(folder, NAME, second.stamp)) == first
    assert saved(undo(folder, NAME, first.stamp)) == second
    assert (folder / NAME).read_bytes() == NEW


def test_what_changed_since_is_not_undone(folder: Path) -> None:
    now = saved(save(folder, NAME, NEW, opened(folder).stamp))
    (folder / NAME).write_bytes(b"theirs\n")
    assert undo(folder, NAME, now.stamp) == Changed(opened(folder))
    with pytest.raises(Refused, match="nothing to undo"):
        undo(folder, NAME, opened(folder).stamp)
    assert (folder / NAME).read_bytes() == b"theirs\n"


def test_what_can_be_undone_is_bounded_and_no_business_of_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "UNDOS", 3)
    for number in range(6):
        saved(save(folder, NAME, b"# %d\n" % number, opened(folder).stamp))
    kept = list((folder / UNDO).glob("*.undo"))
    assert len(kept) == 3
    assert (folder / UNDO / ".gitignore").read_text(encoding="ascii") == "*\n"
    assert saved(undo(folder, NAME, opened(folder).stamp)).data == b"# 4\n"


def test_what_can_be_undone_is_as_private_as_the_file(folder: Path) -> None:
    (folder / UNDO).mkdir()
    (folder / UNDO).chmod(0o755)
    (folder / NAME).chmod(0o600)
    saved(save(folder, NAME, NEW, opened(folder).stamp))
    (copy,) = (folder / UNDO).glob("*.undo")
    copy.chmod(0o644)  # as an older version left it
    saved(save(folder, NAME, OLD, opened(folder).stamp))
    saved(save(folder, NAME, NEW, opened(folder).stamp))
    assert [path.stat().st_mode & 0o777 for path in (folder / UNDO).glob("*.undo")] == [0o600, 0o600]
    assert (folder / UNDO).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../config.yaml", "not the name of a file"),
        ("/etc/briefing.yaml", "not the name of a file"),
        (".hidden.yaml", "not the name of a file"),
        (".desk/a.yaml", "not the name of a file"),
        ("a/../harbour.yaml", "not the name of a file"),
        ("./harbour.yaml", "not the name of a file"),
        ("notes.txt", "not the name of a file"),
        ("a\nb.yaml", "not the name of a file"),
        ("outside.yaml", "outside the briefings folder"),
        ("outdoors/new.yaml", "outside the briefings folder"),
        ("mounted.yaml", "edit it where it comes from"),
    ],
)
def test_nothing_outside_the_folder_is_read_or_written(folder: Path, name: str, words: str) -> None:
    (folder.parent / "config.yaml").write_bytes(OLD)
    (folder / "outside.yaml").symlink_to(folder.parent / "config.yaml")
    (folder / "outdoors").symlink_to(folder.parent)
    (folder / "..data").mkdir()
    (folder / "..data" / "mounted.yaml").write_bytes(OLD)
    (folder / "mounted.yaml").symlink_to("..data/mounted.yaml")
    with pytest.raises(Refused, match=words):
        read(folder, name)
    for since in (ABSENT, stamp_of(OLD)):
        with pytest.raises(Refused, match=words):
            save(folder, name, NEW, since)
    assert (folder.parent / "config.yaml").read_bytes() == OLD
    assert not (folder.parent / "new.yaml").exists()


@pytest.mark.parametrize("what", ["a file", "a link to nothing", "a link to a folder", "a link within"])
def test_what_stands_in_the_place_of_the_hidden_folder_is_named_and_never_followed(folder: Path, what: str) -> None:
    away = folder.parent / "away"
    away.mkdir()
    if what == "a file":
        (folder / UNDO).write_bytes(b"mine")
    else:
        to = {"a link to nothing": away / "gone", "a link to a folder": away, "a link within": folder / "sub"}[what]
        (folder / "sub").mkdir()
        (folder / UNDO).symlink_to(to)
    with pytest.raises(Refused, match=r"nothing was saved: \.desk among the briefings is a file or a link.*Delete it"):
        save(folder, NAME, NEW, opened(folder).stamp)
    assert (folder / NAME).read_bytes() == OLD
    assert list(away.iterdir()) == []
    (folder / UNDO).unlink()
    saved(save(folder, NAME, NEW, opened(folder).stamp))


def test_a_link_within_the_folder_stays_one_and_what_it_leads_to_is_saved(folder: Path) -> None:
    (folder / "link.yaml").symlink_to(NAME)
    saved(save(folder, "link.yaml", NEW, opened(folder, "link.yaml").stamp))
    assert (folder / "link.yaml").is_symlink()
    assert (folder / NAME).read_bytes() == NEW


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("é".encode("latin-1"), "byte 0xE9 is not UTF-8"),
        ("format: 1".encode("utf-16"), "UTF-16"),
        (b"a\0b", "NUL"),
        (b"#" * (LARGEST + 1), "a file has at most"),
    ],
)
def test_what_is_no_text_is_not_opened_and_says_why(folder: Path, data: bytes, words: str) -> None:
    (folder / NAME).write_bytes(data)
    with pytest.raises(Refused, match=words):
        read(folder, NAME)
    with pytest.raises(Refused, match=words):
        save(folder, NAME, NEW, stamp_of(data))
    assert (folder / NAME).read_bytes() == data


def test_a_pipe_a_socket_and_a_folder_are_no_files(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    (folder / "folder.yaml").mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "socket.yaml"))
        for name in ("pipe.yaml", "folder.yaml", "socket.yaml"):
            with pytest.raises(Refused, match="is a"):
                read(folder, name)
    assert read(folder, "nothing.yaml") is None


def test_a_text_with_hidden_characters_is_opened_to_be_mended(folder: Path) -> None:
    (folder / NAME).write_text("a: \u202eb\n", encoding="utf-8")
    assert opened(folder).text == "a: \u202eb\n"


def test_too_large_a_text_is_refused(folder: Path) -> None:
    with pytest.raises(Refused, match="2,000,001 bytes"):
        save(folder, NAME, b"#" * (LARGEST + 1), opened(folder).stamp)
    assert (folder / NAME).read_bytes() == OLD


# --- disks ---


@contextmanager
def mounted(path: Path, options: str) -> Iterator[Path]:
    path.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here; the quota is tried in its place")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def filled(path: Path) -> None:
    """Leave not a byte on the disk."""
    with path.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))


def test_a_full_disk_leaves_the_old_text_whole_and_says_so(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=512k") as folder:
        (folder / NAME).write_bytes(OLD)
        filled(folder / "filler")
        for _ in range(3):
            with pytest.raises(Refused, match=r"The disk is full, so nothing was saved\. Make room, and save again\."):
                save(folder, NAME, OLD * 4000, opened(folder).stamp)
            assert (folder / NAME).read_bytes() == OLD
            assert left_over(folder) == []
        (folder / "filler").unlink()
        saved(save(folder, NAME, OLD * 4000, opened(folder).stamp))


def test_a_read_only_disk_says_so(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=512k") as folder:
        (folder / NAME).write_bytes(OLD)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with pytest.raises(Refused, match="The briefings folder is read-only"):
            save(folder, NAME, NEW, opened(folder).stamp)


def test_a_quota_leaves_the_old_text_whole_and_says_so(folder: Path) -> None:
    since = opened(folder).stamp
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60, before[1]))
    try:
        with pytest.raises(Refused, match="No file may grow to this size"):
            save(folder, NAME, NEW * 10, since)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (folder / NAME).read_bytes() == OLD
    assert left_over(folder) == []


@contextmanager
def nobody_in_particular() -> Iterator[Path]:
    """A folder, and the rights of somebody who is not root."""
    is_root = os.geteuid() == 0
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        folder = Path(made, "briefings")
        folder.mkdir()
        (folder / NAME).write_bytes(OLD)
        if is_root:
            for path in (folder, folder / NAME):
                os.chown(path, 65534, 65534)
            os.setresuid(65534, 65534, 0)
        try:
            yield folder
        finally:
            folder.chmod(0o755)
            if is_root:
                os.setresuid(0, 0, 0)


@pytest.mark.parametrize(("name", "mode"), [(NAME, 0o444), ("", 0o555)])
def test_a_file_or_folder_that_may_not_be_written_says_so(name: str, mode: int) -> None:
    with nobody_in_particular() as folder:
        since = opened(folder).stamp
        (folder / name).chmod(mode)
        with pytest.raises(Refused, match="may not write"):
            save(folder, NAME, NEW, since)
        assert (folder / NAME).read_bytes() == OLD
        (folder / name).chmod(0o755)
        saved(save(folder, NAME, NEW, since))


def test_a_folder_that_is_gone_says_so(folder: Path) -> None:
    since = opened(folder).stamp
    (folder / NAME).unlink()
    folder.rmdir()
    with pytest.raises(Refused, match="The folder of this file is not there any more"):
        save(folder, NAME, NEW, since)


def test_another_process_that_saves_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "PATIENCE", 0.1)
    with saving.locked(folder), pytest.raises(Refused, match="Another process is saving"):
        save(folder, NAME, NEW, opened(folder).stamp)
    saved(save(folder, NAME, NEW, opened(folder).stamp))


def test_what_a_killed_process_left_is_swept_and_what_is_being_written_is_not(folder: Path) -> None:
    for name, age in ((f"{TEMP}old.tmp", 61), (f"{TEMP}new.tmp", 0)):
        (folder / name).touch()
        at = (folder / name).stat().st_mtime - age
        os.utime(folder / name, (at, at))
    opened(folder)
    assert left_over(folder) == [f"{TEMP}new.tmp"]
