"""Reading a list that exists code by code: one call a code, none twice without need, a few unless more is asked for."""

import asyncio
import sqlite3
from dataclasses import replace
from typing import TypeAlias

from store.api.addresses import segment
from store.api.errors import IncompleteListing, NotFound, NotUnderstood, ServerError
from store.api.pages import read_pages
from store.cache.database import transaction
from store.cache.ledger import FULL_REFRESH, PARTIAL, PROJECT
from store.sync.context import ActiveRun
from store.sync.pricing import Bound, Price, RowCount
from store.sync.reading import TaskReading
from store.sync.report import PAGES
from store.sync.request import CampaignRef
from store.sync.resource import Known, Strategy, Task

UNKNOWN_CODES = 3
"""Codes without the list, before any that has it, after which the API is asked whether it knows the code at all."""
FAILING_CODES = 3
"""Codes in a row whose list the server fails to give, after which no other is asked for."""


_OfOneCode: TypeAlias = NotFound | IncompleteListing | ServerError | NotUnderstood
"""What may fail of one code alone."""


class PerCode(Strategy):
    """One call for each code of a campaign that was never asked for, or has changed since.

    Every code read is in the ledger with the state it was in, so that a reading cut off anywhere resumes with the
    next code, and a code is read again only when it has changed. A full reading forgets them all once, and resumes in
    later runs until all are read again. No record is marked missing; only what
    could not be understood and did not come again in a full reading is.
    """

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read the codes that are left, or a portion of them."""
        if task.campaign is not None:
            await _CodesReading(TaskReading(task, run), task.campaign).run()

    def counts(self, known: Known) -> bool:
        """Which codes are used, only their vouchers tell: without them codes are counted."""
        states = (known.ledger.state("vouchers", scope) for scope in (PROJECT, known.task.scope))
        return not any(state.completed_at for state in states)

    def price(self, known: Known, count: RowCount, /) -> Price:
        """A call for each code that is left."""
        task, most = known.task, known.request.most_codes
        # Of codes that were only counted, the number of used ones is unknown.
        if task.campaign is None or count.rows is not None:
            codes = count.rows or 0
            return Price(codes if most is None else min(codes, most), Bound.AT_MOST, "one call for each used code")
        name, per_code = task.resource.name, task.resource.scoping.per_code
        every = known.ledger.count_codes(per_code, task.campaign.id)
        afresh = known.request.full and known.begun is None
        left = every if afresh else len(known.ledger.codes_left(name, per_code, task.campaign.id))
        if most is not None and left > most:
            why = f"one call a code: {most:,} of the {left:,} not read yet, more in later runs"
            return Price(most, Bound.ABOUT, why)
        why = f"one call for each of {every:,} used codes that is new or has changed"
        return Price(left, Bound.AT_LEAST if left < every else Bound.ABOUT, why)


class _CodesReading:
    def __init__(self, reading: TaskReading, campaign: CampaignRef) -> None:
        self._reading = reading
        self._context = reading.context
        self._task = reading.task
        self._campaign = campaign
        self._is_full = False

    async def run(self) -> None:
        """Read codes and write the verdict."""
        ledger, request = self._context.ledger, self._reading.run.request
        name, per_code = self._task.resource.name, self._task.resource.scoping.per_code
        if request.full and self._reading.known.begun is None:
            with transaction(self._context.connection):
                ledger.forget_codes(name, per_code, self._campaign.id)
            self._reading.window(FULL_REFRESH, fresh=True)
        self._is_full = self._reading.stored_window(FULL_REFRESH) is not None
        left = ledger.codes_left(name, per_code, self._campaign.id)
        trouble = await self._read(left[: request.most_codes])
        await self._conclude(trouble)

    async def _read(self, codes: list[tuple[str, str]]) -> str:
        """Read these codes; why one of them could not be read to its end, if one could not."""
        trouble, answered, failures = "", False, 0
        unknown: list[tuple[str, str]] = []
        while codes:
            # While it is in doubt whether the API gives the list, few codes are asked for.
            most = len(codes) if answered and not failures else 1
            portion = codes[: min(most, 1 + self._context.slots.free)]
            codes = codes[len(portion) :]
            for (code, mark), failed in zip(portion, await self._read_portion(portion), strict=True):
                if isinstance(failed, NotFound):
                    unknown.append((code, mark))
                    if not answered and len(unknown) == UNKNOWN_CODES and await self._is_known(code):
                        raise failed
                elif isinstance(failed, IncompleteListing):
                    trouble = failed.reason
                elif failed is not None:
                    failures += 1
                    if failures >= FAILING_CODES:
                        raise failed
                    trouble = failed.happened
                else:
                    answered, failures = True, 0
        for code, mark in unknown:
            self._note(code, mark)
        return trouble

    async def _read_portion(self, codes: list[tuple[str, str]]) -> list[_OfOneCode | None]:
        """Read these side by side, and note each; how each failed, if it did."""
        (first, *others), slots = codes, self._context.slots
        beside = [slots.use(self._try(*one)) for one in others]
        try:
            return [await self._try(*first), *[await one for one in beside]]
        finally:
            for one in beside:
                one.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _try(self, code: str, mark: str) -> _OfOneCode | None:
        try:
            return await self._outcome(code, mark)
        except sqlite3.Error as error:
            # Told at once: until this code's turn comes, other lists would write on.
            self._context.batch.fail(error)
            raise

    async def _outcome(self, code: str, mark: str) -> _OfOneCode | None:
        try:
            await self._read_code(code)
        except NotFound as unknown:
            return unknown
        except (IncompleteListing, ServerError, NotUnderstood) as failed:
            self._note(code, None)
            return failed
        self._note(code, mark)
        return None

    async def _is_known(self, code: str) -> bool:
        """Whether the API knows a code itself: then it is the list that it does not have."""
        try:
            await self._context.client.get(f"/v1/vouchers/{segment(code)}")
        except NotFound:
            return False
        return True

    async def _read_code(self, code: str) -> None:
        resource, reading = self._task.resource, self._reading
        listing = replace(resource.listing(), path=resource.path.replace("{member}", segment(code)))
        async for page in read_pages(self._context.client, listing):
            with transaction(self._context.connection):
                applied, identities = reading.writer.apply(page.rows, reading.origin)
                if self._is_full:
                    reading.see([*identities, *applied.malformed])
            reading.report.count(applied)
            reading.rows += len(page.rows)
            self._context.tell(resource.name, self._task.scope, PAGES, reading.rows, None)

    def _note(self, code: str, mark: str | None) -> None:
        with transaction(self._context.connection):
            self._context.ledger.note_code(self._task.resource.name, code, mark)

    async def _conclude(self, trouble: str) -> None:
        ledger, name, scope = self._context.ledger, self._task.resource.name, self._task.scope
        per_code = self._task.resource.scoping.per_code
        every = ledger.count_codes(per_code, self._campaign.id)
        left = len(ledger.codes_left(name, per_code, self._campaign.id))
        now = self._context.now()
        if left:
            reason = f"read for {every - left:,} of {every:,} codes; the next sync resumes"
            reason = f"{reason} ({trouble})" if trouble else reason
            # A run that set itself this portion has read what it set out to read; the list itself is not complete.
            self._reading.report.worsen(PARTIAL, reason, excused=not trouble)
            with transaction(self._context.connection):
                ledger.stop(name, scope, state=PARTIAL, reason=reason, as_of=now)
            return
        seen = await self._reading.gather_seen() if self._is_full else None
        with transaction(self._context.connection):
            if seen is not None:
                seen.mark_unreadable(self._campaign.id, now)
            ledger.close_window(name, scope, FULL_REFRESH)
            ledger.write_state(replace(ledger.state(name, scope).completed(now), via=PAGES))
