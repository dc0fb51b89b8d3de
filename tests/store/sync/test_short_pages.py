"""Whole syncs against a server that gives fewer records than it is asked for."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.support.syncing import Project, dump


def shortening(project: Project, most: Callable[[], int]) -> Callable[[Request], Response]:
    """The sandbox, giving at most so many records at once."""

    def respond(request: Request) -> Response:
        query = tuple(
            (name, str(min(int(value), most())) if name == "limit" else value) for name, value in request.query
        )
        return project.sandbox.respond(structs.replace(request, query=query))

    return respond


def by_chance(*most: int) -> Callable[[], int]:
    rng = random.Random(11)
    return lambda: rng.choice(most)


@pytest.mark.parametrize("most", [lambda: 50, lambda: 7, by_chance(9, 20, 60)], ids=["50", "7", "by chance"])
def test_short_pages_end_in_the_same_cache(tmp_path: Path, most: Callable[[], int]) -> None:
    request = SyncRequest(everything=True, via="pages")
    whole, short = Project(tmp_path / "whole.db"), Project(tmp_path / "short.db")
    respond = shortening(short, most)
    for _ in range(2):
        assert whole.sync(request).state == "complete"
        report = short.sync(request, responder=respond)
        assert report.state == "complete", {n: r.reason for n, r in report.resources.items() if r.state != "complete"}
        assert dump(short.connect()) == dump(whole.connect())
