"""What a customer is called who has no name to be seen."""

import pytest

from store.queries.customers import CustomerRow
from tests.support.syncing import NOW, ZONE
from tui.customers.lists import ALL_PEOPLE
from tui.customers.load import display_name
from tui.kit.formatter import Formatter
from tui.kit.lists.spec import ListRecord


@pytest.mark.parametrize(
    ("document", "title", "listed"),
    [
        ({"name": " \t "}, "cust_1", "cust_1"),
        ({"name": "\u3000", "email": "ann@example.com"}, "a•••@e•••", "a•••@e•••"),
        ({"name": "Ann Bell", "email": "ann@example.com"}, "Ann B.", "Ann B."),
        ({"name": 7}, "cust_1", "cust_1"),
    ],
)
def test_a_name_of_blanks_is_none(document: dict[str, object], title: str, listed: str) -> None:
    assert display_name(CustomerRow("cust_1", document, None)) == title
    record = ListRecord({"id": "cust_1", **document}, Formatter(None, ZONE, NOW))
    assert ALL_PEOPLE.columns[0].cell(record) == listed
