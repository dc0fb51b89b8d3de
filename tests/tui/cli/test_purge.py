"""`promoscope purge`: nothing is left of the cache, and nothing goes without being asked for."""

import io

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
