"""Calls a second against answers that take 150 ms, and calls of a first and a quiet second sync of a whole project.

The sandbox is no part of what is measured: its answers were recorded by runs before.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from store.api.transport import InProcess
from store.sandbox import ExportHabits
from store.sandbox.limits import Limits
from store.sandbox.world import Sizes
from store.sync import abreast
from store.sync.report import Report
from store.sync.request import SyncRequest
from tests.bench.figures import Figure
from tests.bench.ingest import Recorder
from tests.support.syncing import Project

ANSWER = 0.15
MANY = Sizes(campaigns=145, customers=300, vouchers=3_000, redemptions=2_500, publications=1_200, accruals=500)
EVERYTHING = SyncRequest(everything=True)


def measure() -> Iterator[Figure]:
    """A project of 145 campaigns under a limit of 2,000 calls a minute."""
    group = f"sync --all of {MANY.campaigns} campaigns, answers in {ANSWER * 1_000:.0f} ms, 2,000 calls a minute"
    with tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder:
        recorder = Recorder(_project(Path(folder) / "recording.db"))
        with mock.patch.object(abreast, "WIDEST", 1):
            base, seconds = _late(_project(Path(folder) / "one.db"), recorder)
        one = Figure(group, "list after list", base.calls / seconds, "calls/s")
        yield one
        # Which pages are asked for ahead depends on what is under way: a run like the measured one records these.
        _late(_project(Path(folder) / "ahead.db"), recorder)
        project = _project(Path(folder) / "abreast.db")
        report, seconds = _late(project, recorder)
        yield Figure(group, "side by side, answers recorded", report.calls / seconds, "calls/s").over(one)
        yield Figure(group, "the first", report.calls, "calls")
        yield Figure(group, "a quiet second", project.sync(EVERYTHING).calls, "calls")


def _project(path: Path) -> Project:
    habits = ExportHabits(scheduled=0.0, running=0.0)
    return Project(path, MANY, options={"limits": Limits.of("organization"), "exports": habits})


def _late(project: Project, recorder: Recorder) -> tuple[Report, float]:
    answer = InProcess.handle_async_request

    async def late(self: InProcess, request: Any) -> Any:
        await asyncio.sleep(ANSWER)
        return await answer(self, request)

    with mock.patch.object(InProcess, "handle_async_request", late):
        began = time.monotonic()
        report = project.sync(EVERYTHING, responder=recorder.respond)
        return report, time.monotonic() - began
