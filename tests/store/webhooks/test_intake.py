"""What becomes of a delivery while the cache is free, held by a sync, broken or full."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.cache.deliveries import Delivery, Kept, keep_deliveries
from store.cache.errors import CacheError, locked
from store.cache.lock import CacheBusy, writer_lock
from store.clock import ManualClock
from store.domain.signature import sign
from store.webhooks.intake import DeliveryVerdict, Intake, Outcome
from tests.support.deliveries import SECRET, body, enveloped
from tests.support.syncing import NOW

LONG = 60.0


class Shelf:
    """Keeps deliveries in a cache under its lock, as the command does; counts the attempts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.attempts = 0
        self.batches: list[int] = []
        self.refused = threading.Event()

    def __call__(self, deliveries: Sequence[Delivery]) -> list[Kept]:
        self.attempts += 1
        try:
            with writer_lock(self.path, ManualClock(NOW)):
                connection = connect_writer(self.path)
                try:
                    kept = keep_deliveries(connection, deliveries)
                finally:
                    connection.close()
        except CacheBusy:
            self.refused.set()
            raise
        self.batches.append(len(deliveries))
        return kept

    def ids(self) -> list[str]:
        connection = connect_writer(self.path)
        found = [row[0] for row in connection.execute("select id from webhook_deliveries order by id")]
        connection.close()
        return found


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "c.db")


def take_all(intake: Intake, count: int) -> tuple[list[threading.Thread], list[Outcome]]:
    """Let many threads hand in a delivery each."""
    found: list[Outcome] = []
    bodies = [body(enveloped(number=number)) for number in range(count)]
    threads = [threading.Thread(target=lambda one=one: found.append(intake.take(one, None))) for one in bodies]
    for thread in threads:
        thread.start()
    return threads, found


def test_a_signed_delivery_is_in_the_cache_when_it_is_answered(shelf: Shelf) -> None:
    told: list[Outcome] = []
    intake = Intake(shelf, ManualClock(NOW), secret=SECRET, tell=told.append)
    signed = body(enveloped())
    outcome = intake.take(signed, sign(signed, SECRET))
    assert shelf.ids() == ["ev_1"]
    assert outcome.verdict is DeliveryVerdict.KEPT
    assert outcome.kept is not None
    assert (outcome.kept.signature, outcome.kept.received_at) == ("verified", "2026-11-23T12:00:00.000Z")
    assert told == [outcome]
    intake.close()


@pytest.mark.parametrize(
    ("sent", "signature", "verdict"),
    [
        (body(enveloped()), None, DeliveryVerdict.NOT_SIGNED),
        (body(enveloped()), "0" * 64, DeliveryVerdict.NOT_SIGNED),
        (b"", sign(b"", SECRET), DeliveryVerdict.UNREADABLE),
        (b"\xff\xfe", sign(b"\xff\xfe", SECRET), DeliveryVerdict.UNREADABLE),
    ],
)
def test_what_is_not_genuine_or_not_text_never_reaches_the_cache(
    shelf: Shelf, sent: bytes, signature: str | None, verdict: DeliveryVerdict
) -> None:
    intake = Intake(shelf, ManualClock(NOW), secret=SECRET)
    outcome = intake.take(sent, signature)
    assert (outcome.verdict, outcome.kept) == (verdict, None)
    assert outcome.reason
    intake.close()
    assert shelf.attempts == 0


@pytest.mark.parametrize("sent", [b"hello", b"{", b'{"a": 1} x', b"a=1&b=2", b"NaN", b"[" * 100_000])
def test_what_is_no_json_is_kept_only_when_a_signature_vouches_for_it(shelf: Shelf, sent: bytes) -> None:
    intake = Intake(shelf, ManualClock(NOW))
    outcome = intake.take(sent, sign(sent, SECRET))
    assert (outcome.verdict, outcome.kept, outcome.reason) == (DeliveryVerdict.UNREADABLE, None, "its body is not JSON")
    intake.close()
    assert shelf.attempts == 0
    signed = Intake(shelf, ManualClock(NOW), secret=SECRET)
    assert signed.take(sent, sign(sent, SECRET)).verdict is DeliveryVerdict.KEPT
    signed.close()
    assert len(shelf.ids()) == 1


@pytest.mark.parametrize("sent", [b' {"half": "\\ud83d"}\n', b"[]", b'"text"'])
def test_any_json_is_kept_without_a_secret(shelf: Shelf, sent: bytes) -> None:
    intake = Intake(shelf, ManualClock(NOW))
    assert intake.take(sent, None).verdict is DeliveryVerdict.KEPT
    intake.close()
    assert len(shelf.ids()) == 1


def test_without_a_secret_nothing_is_called_verified(shelf: Shelf) -> None:
    intake = Intake(shelf, ManualClock(NOW))
    outcome = intake.take(body(enveloped()), "0" * 64)
    assert outcome.kept is not None
    assert outcome.kept.signature == "not checked"
    intake.close()


def test_a_delivery_waits_for_a_sync_to_end(shelf: Shelf) -> None:
    intake = Intake(shelf, ManualClock(NOW), patience=LONG)
    with writer_lock(shelf.path, ManualClock(NOW)):
        threads, found = take_all(intake, 3)
        assert shelf.refused.wait(LONG)
        assert found == []
    for thread in threads:
        thread.join()
    assert [outcome.verdict for outcome in found] == [DeliveryVerdict.KEPT] * 3
    assert shelf.ids() == ["ev_0", "ev_1", "ev_2"]
    intake.close()


def test_a_delivery_that_waited_in_vain_is_sent_away_and_not_written_later(shelf: Shelf) -> None:
    intake = Intake(shelf, ManualClock(NOW), patience=0.5)
    with writer_lock(shelf.path, ManualClock(NOW)):
        outcome = intake.take(body(enveloped()), None)
    assert (outcome.verdict, outcome.kept) == (DeliveryVerdict.HIDDEN, None)
    assert "is being synced by process" in outcome.reason
    assert intake.take(body(enveloped(number=2)), None).verdict is DeliveryVerdict.KEPT
    assert shelf.ids() == ["ev_2"]
    # It comes again, and is new.
    again = intake.take(body(enveloped()), None)
    assert again.kept is not None
    assert again.kept.new
    intake.close()


def sqlite_lock() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
    return error


@pytest.mark.parametrize("lock", [locked(), CacheBusy(None), sqlite_lock()], ids=["program", "sync", "SQLite"])
@pytest.mark.parametrize("times", [1, 3, None])
def test_any_lock_is_waited_for_and_then_answered_503(lock: Exception, times: int | None) -> None:
    attempts: list[int] = []

    def keep(deliveries: Sequence[Delivery]) -> list[Kept]:
        attempts.append(len(deliveries))
        if times is None or len(attempts) <= times:
            raise lock
        return [Kept("ev_1", None, None, None, None, (), one.received_at, "verified", new=True) for one in deliveries]

    intake = Intake(keep, ManualClock(NOW), patience=0.5 if times is None else LONG)
    outcome = intake.take(body(enveloped()), None)
    intake.close()
    if times is None:
        assert (outcome.verdict.value, outcome.kept) == (503, None)
        assert "try again when it is done" in outcome.reason
    else:
        assert (outcome.verdict.value, attempts) == (200, [1] * (times + 1))


def test_a_lock_of_another_program_on_the_file_itself(shelf: Shelf) -> None:
    connect_writer(shelf.path).close()

    def keep(deliveries: Sequence[Delivery]) -> list[Kept]:
        connection = connect_writer(shelf.path, lock_ms=1)
        try:
            return keep_deliveries(connection, deliveries)
        finally:
            connection.close()

    intake = Intake(keep, ManualClock(NOW), patience=0.5)
    holder = sqlite3.connect(shelf.path, isolation_level=None)
    holder.execute("begin immediate")
    assert intake.take(body(enveloped()), None).verdict.value == 503
    holder.execute("rollback")
    holder.close()
    assert shelf.ids() == []
    assert intake.take(body(enveloped()), None).verdict.value == 200
    assert shelf.ids() == ["ev_1"]
    intake.close()


def test_what_has_gathered_is_written_together(shelf: Shelf) -> None:
    intake = Intake(shelf, ManualClock(NOW), patience=LONG)
    with writer_lock(shelf.path, ManualClock(NOW)):
        threads, found = take_all(intake, 40)
        assert shelf.refused.wait(LONG)
    for thread in threads:
        thread.join()
    assert len({outcome.kept.id for outcome in found if outcome.kept}) == 40
    assert sum(shelf.batches) == 40
    assert len(shelf.batches) < 40
    intake.close()


@pytest.mark.parametrize("error", [CacheError("the disk is full"), sqlite3.OperationalError("disk I/O"), KeyError("x")])
def test_trouble_with_the_cache_is_answered_and_survived(error: Exception) -> None:
    troubles: list[Exception] = [error]

    def keep(deliveries: Sequence[Delivery]) -> list[Kept]:
        if troubles:
            raise troubles.pop()
        return [Kept("ev_1", None, None, None, None, (), one.received_at, "verified", new=True) for one in deliveries]

    intake = Intake(keep, ManualClock(NOW))
    outcome = intake.take(body(enveloped()), None)
    assert outcome.verdict is DeliveryVerdict.HIDDEN
    assert str(error) in outcome.reason
    assert intake.take(body(enveloped()), None).verdict is DeliveryVerdict.KEPT
    intake.close()


def test_one_that_cannot_be_written_does_not_take_the_others_with_it(shelf: Shelf) -> None:
    def keep(deliveries: Sequence[Delivery]) -> list[Kept]:
        if any(b'"ev_3"' in delivery.body for delivery in deliveries):
            raise sqlite3.DataError("too big")
        return shelf(deliveries)

    intake = Intake(keep, ManualClock(NOW), patience=LONG)
    with writer_lock(shelf.path, ManualClock(NOW)):
        threads, found = take_all(intake, 6)
    for thread in threads:
        thread.join()
    assert sorted(outcome.verdict.value for outcome in found) == [200] * 5 + [503]
    assert shelf.ids() == ["ev_0", "ev_1", "ev_2", "ev_4", "ev_5"]
    intake.close()


def test_closing_writes_what_was_taken(shelf: Shelf) -> None:
    intake = Intake(shelf, ManualClock(NOW), patience=LONG)
    with writer_lock(shelf.path, ManualClock(NOW)):
        threads, _ = take_all(intake, 3)
        assert shelf.refused.wait(LONG)
        closing = threading.Thread(target=intake.close)
        closing.start()
    closing.join()
    for thread in threads:
        thread.join()
    assert len(shelf.ids()) == 3
