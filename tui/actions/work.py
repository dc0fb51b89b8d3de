"""What the page of an action asks of the API, in a thread: the plans, then the changes one by one."""

import asyncio
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.actions.action import Action, Fate, NotOffered, Values
from store.actions.audit import Audit
from store.actions.batch import Price, Row, RowResult, broken_off, price_of, run_batch
from store.actions.plan import Plan, make_plan
from store.api.errors import NotFound
from store.cache.errors import CacheError
from tui.actions.renewing import renew
from tui.kit.error_words import words_of
from tui.project import Project, open_client

if TYPE_CHECKING:
    from store.api.actions import WritePermission

SHOWN = 20
"""Records that are read before it is asked for a yes; of more, the others are read when their turn comes."""


@dataclass
class Course:
    """What runs in the thread, as the page follows it.

    Attributes:
        is_stopped: set by the page: no other record is begun.
        tell: called in the thread with what has just become of a record.
        say: called in the thread with why it waits.
    """

    is_stopped: bool = False
    tell: Callable[[RowResult], None] = lambda _: None
    say: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Prepared:
    """The records as they are now.

    Attributes:
        plans: what would be done to each that was read.
        left_out: why it cannot be done to others.
        price: what the change takes.
    """

    plans: Mapping[str, Plan] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    price: Price = field(default_factory=lambda: Price(0, 0, None))


@dataclass
class Done:
    """How it ended: what became of each record that was tried, and why the cache lags behind, or what broke it off."""

    results: list[RowResult] = field(default_factory=list)
    lag: str = ""


def prepare(project: Project, action: Action, records: Sequence[str], values: Values, course: Course) -> Prepared:
    """Read the records, or the first of many, and plan. Blocks.

    Raises:
        ValueRefused: the values do not go together.
        ApiError: the API cannot be asked, or refuses these keys.
        ConfigError: there are no keys.
    """

    async def work() -> Prepared:
        plans, left_out = dict[str, Plan](), dict[str, str]()
        async with open_client(project, on_wait=lambda _, reason: course.say(reason)) as (client, limiter):
            for one in records[:SHOWN]:
                if course.is_stopped or not await client.room_for(1, lambda: course.is_stopped):
                    break
                try:
                    plans[one] = await make_plan(client, action, one, values)
                except NotOffered as no:
                    left_out[one] = str(no)
                except NotFound as gone:
                    left_out[one] = gone.sentence
            return Prepared(plans, left_out, price_of(len(records) - len(left_out), limiter.meter()))

    return asyncio.run(work())


def carry_out(
    project: Project, permission: "WritePermission", action: Action, rows: Sequence[Row], course: Course, batch: str
) -> Done:
    """Send them one by one, each once, until the first surprise. Blocks.

    What breaks it off is told as `lag`; what was under way then is unknown.

    Args:
        project: whose.
        permission: to change it.
        action: what is done.
        rows: the records, with the plan that was shown; without one it is made when its turn comes.
        course: is told, and can be stopped between two records.
        batch: its name in the audit; "" for a record alone.
    """
    settings, done = project.settings, Done()
    audit = Audit(settings.database, settings.profile)

    def tell(result: RowResult) -> None:
        done.results.append(result)
        course.tell(result)

    async def work() -> None:
        client_of = open_client(project, on_wait=lambda _, reason: course.say(reason), permission=permission)
        async with client_of as (client, _):
            await run_batch(client, action, rows, audit, batch=batch, tell=tell, is_stopped=lambda: course.is_stopped)
            outcomes = [one.outcome for one in done.results if one.outcome is not None]
            done.lag = renew(project, client, action, outcomes)

    known: set[int] | None = None
    try:
        known = {one["id"] for one in audit.unknown_of(batch)}
        asyncio.run(work())
    except Exception as error:
        done.lag = words_of(error)
        if known is not None:
            told = {one.record for one in done.results}
            done.results += [one for one in _under_way(audit, batch, known, rows, told) if one.record not in told]
    return done


def _under_way(
    audit: Audit, batch: str, known: Container[int], rows: Sequence[Row], told: Container[str]
) -> list[RowResult]:
    """By the audit; where it cannot be read, the next record may have been sent."""
    try:
        return broken_off(audit, batch, known)
    except CacheError:
        said = "It is not known whether it was sent: the audit cannot be read. Look at the record."
        return [RowResult(one.record, Fate.UNKNOWN, said) for one in rows if one.record not in told][:1]
