"""Deciding about deliveries, and handing the genuine ones to the cache many at a time."""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import msgspec

from store.cache.deliveries import Delivery, Kept
from store.cache.errors import CacheError, CacheLocked, is_lock, locked
from store.clock import Clock
from store.domain.signature import is_signed
from store.json_text import decode
from store.redact import known, scrubber
from store.times import text_of

PATIENCE = 7.0
"""Seconds a delivery waits for the cache. Voucherify waits ten for an answer, and comes again after a 503 (API §8)."""

_BUSY_PAUSE = 0.2

Keep: TypeAlias = Callable[[Sequence[Delivery]], list[Kept]]


class DeliveryVerdict(Enum):
    """What is answered to a delivery, as an HTTP status."""

    KEPT = 200
    UNREADABLE = 400
    NOT_SIGNED = 401
    HIDDEN = 503


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery: verdict, what was kept of it, and why nothing was."""

    verdict: DeliveryVerdict
    kept: Kept | None = None
    reason: str = ""


@dataclass(eq=False, slots=True)
class _Waiting:
    delivery: Delivery
    outcome: Outcome | None = None
    settled: threading.Event = field(default_factory=threading.Event)


class Intake:
    """Takes deliveries from any thread; one thread of its own writes what has gathered meanwhile.

    Args:
        keep: writes deliveries, and raises `CacheLocked` while another program holds the cache; one call at a time.
        clock: dates them.
        secret: what they are signed with; None when signatures cannot be checked. Like every secret of this process
            it is taken out of what is kept.
        tell: called with the outcome of each delivery, from any thread.
        patience: seconds a delivery may wait before it is sent away to come again.
    """

    def __init__(
        self,
        keep: Keep,
        clock: Clock,
        *,
        secret: str | None = None,
        tell: Callable[[Outcome], None] = lambda _: None,
        patience: float = PATIENCE,
    ) -> None:
        self._keep, self._clock, self._secret, self._tell, self._patience = keep, clock, secret, tell, patience
        self._scrubber = scrubber(secret or "", *known())
        self._queue: list[_Waiting] = []
        self._changed = threading.Condition()
        self._closing = False
        self._held_by = ""
        self._writer = threading.Thread(target=self._write_until_closed, daemon=True)
        self._writer.start()

    def take(self, body: bytes, signature: str | None) -> Outcome:
        """Decide about one delivery; a genuine one is in the cache, for good, when this answers KEPT.

        Args:
            body: the request's body.
            signature: the signature header, if there was one.
        """
        outcome = self._decide(body, signature)
        self._tell(outcome)
        return outcome

    def close(self) -> None:
        """Write what has been taken, then stop. Call it when `take` is called no more."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._writer.join()

    def _decide(self, body: bytes, signature: str | None) -> Outcome:
        if self._secret is not None and not is_signed(body, signature, self._secret):
            carried = "a wrong signature" if signature else "no signature"
            return Outcome(DeliveryVerdict.NOT_SIGNED, reason=f"it carries {carried}")
        if not body.strip():
            return Outcome(DeliveryVerdict.UNREADABLE, reason="its body is empty")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return Outcome(DeliveryVerdict.UNREADABLE, reason="its body is not UTF-8 text")
        # Plain text may be a payload, too, but only a signature shows that it is genuine.
        if self._secret is None and not _is_json(text):
            return Outcome(DeliveryVerdict.UNREADABLE, reason="its body is not JSON")
        delivery = Delivery(self._scrubber.content(body), text_of(self._clock.now()), verified=self._secret is not None)
        return self._written(_Waiting(delivery))

    def _written(self, waiting: _Waiting) -> Outcome:
        with self._changed:
            self._queue.append(waiting)
            self._changed.notify_all()
        patience = self._patience
        while not waiting.settled.wait(patience):
            with self._changed:
                if waiting in self._queue:
                    # The sender is asked to send it again, so it must not be written after that answer.
                    self._queue.remove(waiting)
                    return Outcome(DeliveryVerdict.HIDDEN, reason=self._held_by or "the cache was not free in time")
            patience = _BUSY_PAUSE  # it is being written: a moment longer
        return waiting.outcome or Outcome(DeliveryVerdict.HIDDEN)

    def _write_until_closed(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closing)
                if not self._queue:
                    return
                batch, self._queue = self._queue, []
            again = self._write(batch)
            if again:
                with self._changed:
                    self._queue = again + self._queue
                time.sleep(_BUSY_PAUSE)

    def _write(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Write a batch; returns what has to be tried again because another program holds the cache."""
        try:
            kept = self._keep([waiting.delivery for waiting in batch])
            outcomes = [Outcome(DeliveryVerdict.KEPT, one) for one in kept]
        except Exception as error:
            if isinstance(error, CacheLocked) or (isinstance(error, sqlite3.Error) and is_lock(error)):
                self._held_by = str(error) if isinstance(error, CacheLocked) else str(locked())
                return batch
            if len(batch) > 1:
                # One that cannot be written must not take the others with it.
                return [again for waiting in batch for again in self._write([waiting])]
            known = isinstance(error, CacheError | sqlite3.Error)
            outcomes = [
                Outcome(DeliveryVerdict.HIDDEN, reason=str(error) if known else f"{type(error).__name__}: {error}")
            ]
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.outcome = outcome
            waiting.settled.set()
        return []


def _is_json(text: str) -> bool:
    try:
        decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
