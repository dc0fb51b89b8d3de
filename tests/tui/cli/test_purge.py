"""`promoscope purge`: nothing is left of the cache, and nothing goes without being asked for."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.tui.cli.harness import CommandLine


def test_everything_goes(writing: CommandLine) -> None:
    folder = writing.database.parent
    assert list(folder.iterdir())
    done = writing("purge", "--yes")
    assert (done.code, done.out) == (0, "")
    assert str(writing.database) in done.err
    assert list(folder.iterdir()) == []
    assert writing("status", "--json").json["resources"] == {}
    assert writing("sync", "--json").code == 0


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_it_asks_first(writing: CommandLine, answer: str) -> None:
    writing.patch.setattr("sys.stdin", io.StringIO(answer))
    done = writing("purge")
    assert done.code != 0
    assert done.out == ""
    assert writing.database.exists()


def test_a_yes_is_enough(writing: CommandLine) -> None:
    writing.patch.setattr("sys.stdin", io.StringIO("y\n"))
    assert writing("purge").code == 0
    assert not writing.database.exists()


def test_there_may_be_nothing(cli: CommandLine) -> None:
    done = cli("purge", "--yes")
    assert (done.code, done.out) == (0, "")
    assert str(cli.database) in done.err


def lay(path: Path, kind: str) -> None:
    """Something at the cache's place that is no cache."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if kind == "text":
        path.write_text("the only copy\n" * 400)
    elif kind == "short text":
        path.write_text("mine\n")
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"pragma application_id = {0 if kind == 'database' else 1_196_444_487}")
            connection.execute("create table notes (text)")


@pytest.mark.parametrize("kind", ["text", "short text", "database", "database of another program"])
def test_what_is_no_cache_stays(cli: CommandLine, kind: str) -> None:
    lay(cli.database, kind)
    before = cli.database.read_bytes()
    done = cli("purge", "--yes")
    assert (done.code, done.out) == (2, "")
    assert "Nothing was deleted" in done.err
    assert cli.database.read_bytes() == before
    assert list(cli.database.parent.iterdir()) == [cli.database]


@pytest.mark.parametrize("kind", ["text", "database", "database of another program"])
def test_no_lock_is_left_beside_what_a_sync_refuses(cli: CommandLine, kind: str) -> None:
    lay(cli.database, kind)
    for arguments in (["sync"], ["sync", "--plan"]):
        assert cli(*arguments).code == 2
        assert list(cli.database.parent.iterdir()) == [cli.database]


def test_a_directory_stays(cli: CommandLine) -> None:
    cli.database.mkdir(parents=True)
    done = cli("purge", "--yes")
    assert (done.code, done.out) == (2, "")
    assert "is a directory" in done.err
    assert cli.database.is_dir()


def test_a_damaged_cache_goes(writing: CommandLine) -> None:
    with writing.database.open("r+b") as file:
        file.seek(100)
        file.write(b"\xa5" * 40_000)
    assert writing("purge", "--yes").code == 0
    assert list(writing.database.parent.iterdir()) == []


def test_a_link_is_not_followed(writing: CommandLine, tmp_path: Path) -> None:
    link = tmp_path / "link" / "project.db"
    link.parent.mkdir(mode=0o700)
    link.symlink_to(writing.database)
    kept = writing.database
    before = kept.read_bytes()
    writing.use(link)
    done = writing("purge", "--yes")
    assert done.code == 2
    assert "symbolic link" in done.err
    assert (link.is_symlink(), kept.read_bytes()) == (True, before)


@pytest.mark.parametrize(("answer", "said"), [("n\n", "as it was"), ("", "--yes")])
def test_what_was_not_confirmed_is_not_deleted_and_says_so(writing: CommandLine, answer: str, said: str) -> None:
    writing.patch.setattr("sys.stdin", io.StringIO(answer))
    done = writing("purge")
    assert done.code == 2
    assert "Nothing was deleted" in done.err
    assert said in done.err
    assert "What was read" not in done.err


def test_ctrl_c_at_the_question(writing: CommandLine) -> None:
    def interrupt(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    writing.patch.setattr("click.termui.visible_prompt_func", interrupt)
    done = writing("purge")
    assert done.code == 130
    assert "Nothing was deleted" in done.err
    assert writing.database.exists()


def test_a_cache_that_cannot_be_deleted_is_said_to_be_there(writing: CommandLine) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    writing.patch.setattr(Path, "unlink", refuse)
    done = writing("purge", "--yes")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"The cache {writing.database} cannot be deleted: Permission denied. All or some of it is still there.\n"
    )
    assert writing.database.exists()
