"""The category that a body names, by id or by name."""

from store.sandbox.problems import not_found
from store.sandbox.table import Document
from store.sandbox.writes.bodies import text_of
from store.sandbox.writes.change import Change


def category_of(change: Change, body: Document) -> Document:
    """The members of a record that tell its category; empty when the body names none.

    Raises:
        Problem: 404 for a category that is not there.
    """
    if "category_id" not in body and "category" not in body:
        return {}
    wanted = text_of(body, "category_id") or text_of(body, "category")
    if wanted is None:
        return {"category": None, "category_id": None, "categories": []}
    categories = change.world.tables["categories"]
    row = categories.number(("id", "name"), wanted)
    if row is None:
        raise not_found("category", wanted)
    category = categories.document(row)
    return {"category": category["name"], "category_id": category["id"], "categories": [category]}
