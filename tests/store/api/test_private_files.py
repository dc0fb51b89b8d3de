"""Files of the user's own: links, other people's files and pipes are refused and stay as they are."""

import os
from pathlib import Path

import pytest

from store.private_files import UnsafeFile, create_private, create_private_text, open_private, open_to_others


def test_a_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new"
    with create_private_text(path) as file:
        file.write("a\ud800")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("a\\ud800", 0o600)
    with pytest.raises(FileExistsError):
        create_private(path)


@pytest.mark.parametrize("there", [True, False])
def test_a_new_file_is_never_made_through_a_link(tmp_path: Path, there: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    if there:
        target.write_text("mine")
    link.symlink_to(target)
    with pytest.raises(FileExistsError):
        create_private(link)
    assert target.exists() == there


def test_a_file_is_made_private_or_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    os.close(open_private(path))
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("held")
    path.chmod(0o644)
    os.close(open_private(path, os.O_RDWR))
    assert path.stat().st_mode & 0o777 == 0o644
    os.close(open_private(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC))
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("held", 0o600)


def test_a_link_is_refused_and_what_it_points_to_is_untouched(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("mine")
    target.chmod(0o644)
    link.symlink_to(target)
    with pytest.raises(UnsafeFile) as refused:
        open_private(link)
    assert (refused.value.strerror, refused.value.filename) == (
        "it is a symbolic link, which is not followed", str(link),
    )  # fmt: skip
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("mine", 0o644)


def test_a_link_that_leads_nowhere_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(UnsafeFile, match="symbolic link"):
        open_private(tmp_path / "link")
    assert not (tmp_path / "target").exists()


def test_a_second_name_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("mine")
    (tmp_path / "second").hardlink_to(tmp_path / "target")
    with pytest.raises(UnsafeFile, match="hard link"):
        open_private(tmp_path / "second")


@pytest.mark.parametrize("flags", [os.O_RDWR, os.O_WRONLY, os.O_RDONLY])
def test_a_pipe_is_refused_at_once(tmp_path: Path, flags: int) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsafeFile, match="not a regular file"):
        open_private(tmp_path / "pipe", flags)


def test_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "theirs"
    path.write_text("x")
    path.chmod(0o666)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(UnsafeFile, match="belongs to another user"):
        open_private(path)
    assert path.stat().st_mode & 0o777 == 0o666


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o700, False), (0o640, True), (0o604, True)])
def test_a_mode_is_open_to_others_by_any_bit_of_theirs(mode: int, is_open: bool) -> None:
    assert open_to_others(0o100000 | mode) is is_open
