"""Opens explanations and the failures."""

from store.ref import EXPLANATION, FAILURES
from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


def _explanation(services: AppServices, wanted: str) -> AppScreen:
    from tui.refusals.explanation_screen import ExplanationScreen
    from tui.refusals.reading import about_ref, reads

    about = about_ref(wanted)
    return ExplanationScreen(services, about, reads(services, about))


def _failures(services: AppServices, wanted: str) -> AppScreen:
    from tui.refusals.failures_screen import FailuresScreen

    return FailuresScreen(services, wanted)


ROOM = Room(EXPLANATION, _explanation)
FAILURES_ROOM = Room(FAILURES, _failures)
