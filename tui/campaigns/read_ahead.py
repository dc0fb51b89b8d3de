"""The campaign list, read in a thread while the screens are imported: the first screen stands with its rows."""

from datetime import datetime, tzinfo
from threading import Thread

from store.cache.files import FileMark, file_mark
from store.models import Freshness
from store.queries.campaigns import CampaignRow, list_campaigns
from store.queries.freshness import data_state
from store.queries.reader import Reader

CampaignsRead = tuple[list[CampaignRow], Freshness]


def campaigns_read(reader: Reader, now: datetime, zone: tzinfo, currency: str | None) -> CampaignsRead:
    """Every campaign, newest first, and how far the list can be trusted."""
    return reader.ask(list_campaigns, now, zone, currency), reader.ask(data_state, "campaigns")


class ReadAhead:
    """Reads the list once, from when it is made on.

    Args:
        reader: of the cache; closed afterwards. A connection that this thread has opened is used there.
        currency: the project's, where it is known.

    Attributes:
        thread: in which it reads.
    """

    def __init__(self, reader: Reader, currency: str | None) -> None:
        self._reader, self._currency = reader, currency
        self._mark: FileMark = ()
        self._read: CampaignsRead | None = None
        reader.hand_over()
        self.thread = Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self) -> None:
        mark = file_mark(self._reader.path)
        try:
            read = campaigns_read(self._reader, self._reader.now(), self._reader.zone, self._currency)
            self._read, self._mark = read, mark
        except Exception:
            # Whoever wants the rows asks again, and says why there are none.
            return
        finally:
            self._reader.close()

    def found(self, *, wait: bool = False) -> CampaignsRead | None:
        """What was read; None while it is being read, where it could not be, and once the cache was written to.

        Args:
            wait: until it is read; only for threads.
        """
        if wait:
            self.thread.join()
        if self.thread.is_alive() or self._read is None or self._mark != file_mark(self._reader.path):
            return None
        return self._read
