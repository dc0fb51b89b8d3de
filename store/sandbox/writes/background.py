"""Tasks that are done later: `async_action_id` now, `GET /v1/async-actions/{id}` until it is done (API §7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from store.sandbox.table import Document
from store.sandbox.world import World, moments
from store.sandbox.writes.habits import WriteHabits

Work: TypeAlias = Callable[[str], Document]
"""Does it, at an instant; returns the task's `result`."""


@dataclass(slots=True)
class _Task:
    key: str
    kind: str
    begins: datetime
    ends: datetime
    work: Work
    began: bool = False


class Background:
    """Does tasks when their time has come, in the order they were asked for."""

    def __init__(self, world: World, habits: WriteHabits) -> None:
        self._world = world
        self._habits = habits
        self._tasks: list[_Task] = []

    def start(self, kind: str, now: datetime, request_id: str, work: Work) -> str:
        """Put a task into the queue; returns the id of its async action."""
        at = moments.text(moments.milliseconds(now))
        begins = now + timedelta(seconds=self._habits.waiting)
        task = _Task(self._world.new_id("aa", at), kind, begins, begins + timedelta(seconds=self._habits.working), work)
        self._world.documents["async_actions"].add(
            {
                "id": task.key,
                "type": kind,
                "status": "ENQUEUED",
                "operation_status": "UNKNOWN",
                "created_at": at,
                "updated_at": None,
                "request_id": request_id,
                "processing_time": None,
                "progress": 0,
                "object": "async_action",
            }
        )
        self._tasks.append(task)
        return task.key

    def settle(self, now: datetime) -> None:
        """Carry tasks as far as they are by now."""
        for task in list(self._tasks):
            if not task.began and now >= task.begins:
                task.began = True
                self._note(task, task.begins, status="IN_PROGRESS", progress=50)
            if now >= task.ends:
                self._tasks.remove(task)
                self._finish(task)

    def _finish(self, task: _Task) -> None:
        at = moments.text(moments.milliseconds(task.ends))
        if task.kind in self._habits.failing:
            outcome, result = "FAILED", {"message": "The operation failed", "done_count": 0}
        else:
            result = task.work(at)
            outcome = "SUCCESS" if result["done_count"] or not result.get("failed_count") else "FAILED"
            self._world.moved_on(task.ends)
        took = round((task.ends - task.begins).total_seconds() * 1_000)
        done = {"status": "DONE", "operation_status": outcome, "progress": 100}
        self._note(task, task.ends, **done, processing_time=took, result=result)

    def _note(self, task: _Task, moment: datetime, **members: object) -> None:
        at = moments.text(moments.milliseconds(moment))
        self._world.documents["async_actions"].edit(task.key, **members, updated_at=at)
