"""Reading a list that exists code by code: one call a code, none twice without need, a few unless more is asked for."""

from dataclasses import replace

from store.api.addresses import segment
from store.api.errors import IncompleteListing, NotFound, NotUnderstood, ServerError
from store.api.pages import Listing, read_pages
from store.cache.database import transaction
from store.cache.ledger import PARTIAL, SWEEP
from store.cache.writer import Context, Writer
from store.sync.catalogue import CampaignRef
from store.sync.report import PAGES, ResourceReport
from store.sync.session import Session
from store.sync.tasks import Task

UNKNOWN_CODES = 3
"""Codes without the list, before any that has it, after which the API is asked whether it knows the code at all."""
FAILING_CODES = 3
"""Codes in a row whose list the server fails to give, after which no other is asked for."""


class MembersReading:
    """Reads one campaign's list for the codes whose reading the ledger does not know, or knows of an older code.

    Every code read stands in the ledger with the state it was in, so that a reading cut off anywhere goes on with the
    next code, and a code is read again only when it has changed.

    Args:
        session: the run's shared things.
        task: resource and scope; the resource has `members`.
        campaign: whose codes.
        context: what rows cannot know.
        report: counted into.
    """

    def __init__(
        self, session: Session, task: Task, campaign: CampaignRef, context: Context, report: ResourceReport
    ) -> None:
        self._session = session
        self._task = task
        self._campaign = campaign
        self._context = context
        self._report = report
        self._writer = Writer(session.connection, task.resource.table)
        self._rows = 0

    async def run(self, *, limit: int | None, full: bool) -> None:
        """Read codes and write the verdict. Nothing is concluded to be missing.

        Args:
            limit: codes at most; None for all.
            full: read every code again, also in later runs, until all are.

        Raises:
            NotFound: the API knows none of the codes asked for.
            ApiError: reading stopped; codes read so far stay read.
        """
        session, name, scope = self._session, self._task.resource.name, self._task.scope
        if full and session.ledger.window(name, scope, SWEEP) is None:
            with transaction(session.connection):
                session.ledger.forget_members(name, self._task.resource.members, self._campaign.id)
            session.ledger.open_window(name, scope, SWEEP, session.now())
        left = session.ledger.members_left(name, self._task.resource.members, self._campaign.id)
        trouble = await self._read(left[:limit])
        self._conclude(trouble)

    async def _read(self, codes: list[tuple[str, str]]) -> str:
        """Read these codes; why one of them could not be read to its end, if one could not."""
        trouble, answered, failures = "", False, 0
        unknown: list[tuple[str, str]] = []
        for code, mark in codes:
            try:
                await self._read_code(code)
            except NotFound:
                unknown.append((code, mark))
                if not answered and len(unknown) == UNKNOWN_CODES and await self._is_known(code):
                    raise
            except IncompleteListing as stopped:
                trouble = stopped.reason
                self._note(code, None)
            except (ServerError, NotUnderstood) as failed:
                failures += 1
                if failures >= FAILING_CODES:
                    raise
                trouble = failed.happened
                self._note(code, None)
            else:
                answered, failures = True, 0
                self._note(code, mark)
        for code, mark in unknown:
            self._note(code, mark)
        return trouble

    async def _is_known(self, code: str) -> bool:
        """Whether the API knows a code itself: then it is the list that it does not have."""
        try:
            await self._session.client.get(f"/v1/vouchers/{segment(code)}")
        except NotFound:
            return False
        return True

    async def _read_code(self, code: str) -> None:
        resource, session = self._task.resource, self._session
        listing = Listing(
            path=resource.path.replace("{member}", segment(code)), keys=resource.keys, style=resource.style,
            params=resource.params, page_cap=resource.page_cap, order=resource.order or None,
            time_field=resource.time_field,
        )  # fmt: skip
        async for page in read_pages(session.client, listing):
            with transaction(session.connection):
                applied, _ = self._writer.apply(page.rows, self._context)
            self._report.count(applied)
            self._rows += len(page.rows)
            session.tell(resource.name, self._task.scope, PAGES, self._rows, None)

    def _note(self, code: str, mark: str | None) -> None:
        with transaction(self._session.connection):
            self._session.ledger.note_member(self._task.resource.name, code, mark)

    def _conclude(self, trouble: str) -> None:
        session, resource, scope = self._session, self._task.resource, self._task.scope
        every = session.ledger.count_members(resource.members, self._campaign.id)
        left = len(session.ledger.members_left(resource.name, resource.members, self._campaign.id))
        now = session.now()
        if left:
            reason = f"read for {every - left:,} of {every:,} codes; the next sync goes on"
            reason = f"{reason} ({trouble})" if trouble else reason
            # A run that set itself this portion has read what it set out to read; the list itself is not whole.
            self._report.worsen(PARTIAL, reason, excused=not trouble)
            with transaction(session.connection):
                session.ledger.stop(resource.name, scope, state=PARTIAL, reason=reason, as_of=now)
            return
        state = session.ledger.state(resource.name, scope)
        with transaction(session.connection):
            session.ledger.close_window(resource.name, scope, SWEEP)
            session.ledger.write_state(replace(state.whole(now), via=PAGES))
