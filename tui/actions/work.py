"""What the page of an action asks of the API, in a thread: the plans, then the changes one by one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.actions.action import Action, Fate, NotOffered, Values
from store.actions.audit import Audit
from store.actions.plan import Plan, make_plan
from store.actions.running import ChangedMeanwhile, Outcome, run
from store.api.errors import ApiError, NotFound
from tui.project import Project, open_client, open_writer

if TYPE_CHECKING:
    from store.api.actions import WritePermission
    from store.api.client import ApiClient

SHOWN = 20
"""Records that are read before it is asked for a yes; of more, the others are read when their turn comes."""
CALLS = 3
"""Calls that a record takes when it is changed: it is read, changed, and read once more."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one record.

    Attributes:
        record: its id or code.
        fate: of the attempt.
        said: why, in sentences.
        plan: what was sent, or would have been.
        outcome: of the call; None where none was made.
        is_surprise: whether nothing was tried after it.
    """

    record: str
    fate: Fate
    said: str
    plan: Plan | None = None
    outcome: Outcome | None = None
    is_surprise: bool = False


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
        calls_a_minute: that the limit leaves; None while no limit is known.
    """

    plans: Mapping[str, Plan]
    left_out: Mapping[str, str]
    calls_a_minute: float | None


@dataclass
class Done:
    """How it ended: what became of each record that was tried, and why the cache lags behind, "" where it does not."""

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
                if course.is_stopped:
                    break
                try:
                    plans[one] = await make_plan(client, action, one, values)
                except NotOffered as no:
                    left_out[one] = str(no)
                except NotFound as gone:
                    left_out[one] = gone.sentence
            return Prepared(plans, left_out, limiter.meter().per_minute)

    return asyncio.run(work())


def carry_out(
    project: Project,
    permission: "WritePermission",
    action: Action,
    rows: Mapping[str, Plan | None],
    values: Values,
    course: Course,
    batch: str,
) -> Done:
    """Send them one by one, each once, until the first surprise. Blocks.

    Args:
        project: whose.
        permission: to change it.
        action: what is done.
        rows: the records, with the plan that was shown; without one it is made when its turn comes.
        values: of the action's fields.
        course: is told, and can be stopped between two records.
        batch: its name in the audit; "" for a record alone.

    Raises:
        ConfigError: there are no keys.
        OSError, sqlite3.Error: the audit cannot be written.
    """
    settings, done = project.settings, Done()
    audit = Audit(settings.database, settings.profile)

    async def work() -> None:
        client_of = open_client(project, on_wait=lambda _, reason: course.say(reason), permission=permission)
        async with client_of as (client, _):
            for one, plan in rows.items():
                if course.is_stopped:
                    break
                result = await _try(client, action, one, plan, values, audit, batch)
                done.results.append(result)
                course.tell(result)
                if result.is_surprise:
                    break
            kept = [one.outcome.content for one in done.results if one.outcome is not None]
            done.lag = renew(project, client, action, [one for one in kept if one])

    asyncio.run(work())
    return done


async def _try(
    client: "ApiClient", action: Action, record: str, plan: Plan | None, values: Values, audit: Audit, batch: str
) -> RowResult:
    was_shown = plan is not None
    try:
        plan = plan or await make_plan(client, action, record, values)
        outcome = await run(client, plan, audit, batch=batch)
    except (ChangedMeanwhile, NotOffered) as no:
        return RowResult(record, Fate.NOT_DONE, str(no), plan, is_surprise=was_shown)
    except ApiError as error:
        outcome = Outcome(Fate.NOT_DONE, error.sentence, error.request_id, error=error)
    return RowResult(record, outcome.fate, outcome.said, plan, outcome, outcome.fate is not Fate.DONE)


def renew(project: Project, client: "ApiClient", action: Action, contents: Sequence[bytes]) -> str:
    """Keep the records that were read again, if there is a cache; why it lags behind, "" where it does not."""
    from store.cache.database import cache_exists
    from store.cache.errors import CacheError
    from store.sync.lookup import keep

    settings = project.settings
    if not action.table or not contents or not cache_exists(settings.database):
        return ""
    try:
        with open_writer(project) as connection:
            keep(client, connection, action.table, contents, settings.timezone)
    except CacheError as error:
        return f"The cache still has it as it was: {error} A sync reads it."
    return ""
