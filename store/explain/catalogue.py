"""The catalogue of failures: one declaration for each key that the API documents."""

from collections.abc import Mapping

from store.explain.answer import Kind
from store.explain.catalogue_api import API_USE
from store.explain.catalogue_others import LOYALTY, PUBLICATIONS, ROLLBACKS
from store.explain.catalogue_redemptions import REDEMPTIONS
from store.explain.failures import Meaning

CATALOGUE: Mapping[str, Meaning] = {
    one.key: one for one in (*REDEMPTIONS, *LOYALTY, *ROLLBACKS, *PUBLICATIONS, *API_USE)
}


def failure_called(key: str) -> Meaning | None:
    """The declaration of a key; None for one that is not documented."""
    return CATALOGUE.get(key)


def failure_for(key: str, message: str) -> Meaning:
    """The declaration of a key; of one that is not documented, what was received."""
    known = CATALOGUE.get(key)
    if known is not None:
        return known
    said = f": “{message}”" if message else ""
    meaning = f"the API answered “{key}”{said}, which is not a documented key" if key else "the API did not say why"
    return Meaning(key, meaning, Kind.NONE)
