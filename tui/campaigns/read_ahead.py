"""The campaign list, read before the screens are imported: the first screen stands with its rows."""

from datetime import datetime, tzinfo
from threading import Thread, Timer

from store.cache.errors import ReadingCancelled
from store.cache.files import FileMark, file_mark
from store.models import Freshness
from store.queries.campaigns import CampaignRow, list_campaigns
from store.queries.freshness import data_state
from store.queries.question import Question
from store.queries.reader import Reader

CampaignsRead = tuple[list[CampaignRow], Freshness]


def campaigns_read(reader: Reader, now: datetime, zone: tzinfo, currency: str | None) -> CampaignsRead:
    """Every campaign, newest first, and how far the list can be trusted."""
    return reader.ask(list_campaigns, now, zone, currency), reader.ask(data_state, "campaigns")


class ReadAhead:
    """Reads the list once: as it is made, or where that takes long in a thread from then on.

    Two threads that work at once slow one another by more than they gain, and the first screen needs the rows. From a
    slow disk they come while Textual is imported.

    Args:
        reader: of the cache; closed afterwards.
        currency: the project's, where it is known.
        patience: seconds after which a thread goes on.
    """

    def __init__(self, reader: Reader, currency: str | None, patience: float = 0.2) -> None:
        self._reader, self._currency = reader, currency
        self._mark: FileMark = ()
        self._read: CampaignsRead | None = None
        self._thread: Thread | None = None
        asked = Question()
        limit = Timer(patience, asked.cancel)
        limit.daemon = True
        limit.start()
        try:
            with asked:
                has_ended = self._has_ended()
        finally:
            limit.cancel()
            # After the question: until it has ended the timer may cancel it, which a closed connection refuses.
            self._reader.close()
        if not has_ended:
            self._thread = Thread(target=self._go_on, daemon=True)
            self._thread.start()

    def _has_ended(self) -> bool:
        """Read; whether that came to its end, whatever it was, before it was cancelled."""
        mark = file_mark(self._reader.path)
        try:
            read = campaigns_read(self._reader, self._reader.now(), self._reader.zone, self._currency)
            self._read, self._mark = read, mark
        except ReadingCancelled:
            return False
        except Exception:
            # Whoever wants the rows asks again, and says why there are none.
            return True
        return True

    def _go_on(self) -> None:
        try:
            self._has_ended()
        finally:
            self._reader.close()

    def found(self, *, wait: bool = False) -> CampaignsRead | None:
        """What was read; None while it is being read, where it could not be, and once the cache was written to.

        Args:
            wait: until it is read; only for threads.
        """
        if wait and self._thread is not None:
            self._thread.join()
        is_reading = self._thread is not None and self._thread.is_alive()
        if is_reading or self._read is None or self._mark != file_mark(self._reader.path):
            return None
        return self._read
