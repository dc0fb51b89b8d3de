"""A seeded Voucherify project that answers as the published API does: for the demo, the tests and `curl`."""

from store.sandbox.exports import ExportHabits
from store.sandbox.limits import Limits
from store.sandbox.server import Sandbox
from store.sandbox.writes.habits import WriteHabits

__all__ = ["ExportHabits", "Limits", "Sandbox", "WriteHabits"]
