"""Typed text finds names and codes whatever their capitals and however their accents are written."""

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest

from store.cache.database import connect_writer
from store.folding import fold
from store.queries.names import names_of
from store.queries.people import PARTICIPANTS
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import ATTEMPTS, CODES, CUSTOMERS
from store.ref import Ref
from tests.support.records import campaign, put, read_whole, redemption
from tests.support.syncing import ZONE
from widgets.text import folded

CODES_HELD = ("ŁÓDŹ-10", "łódź-20", "LODZ-30", normalize("NFD", "Łódź-40"), "100%", "Straße", "\u212aELVIN", "a\0Łb")
NAMES = {"cust_1": "ŁUKASZ ŻÓŁĆ", "cust_2": "Łukasz Żółć", "cust_3": "lukasz", "cust_4": "\u00a0 \t"}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path: Path = tmp_path_factory.mktemp("folding") / "cache.db"
    connection = connect_writer(path)
    put(connection, "campaigns", campaign(kind="LOYALTY_PROGRAM"))
    put(connection, "customers", *({"id": identity, "name": name} for identity, name in NAMES.items()))
    codes = [
        {"id": f"v_{number}", "code": code, "campaign_id": "camp_1", "holder_id": f"cust_{number}"}
        for number, code in enumerate(CODES_HELD, 1)
    ]
    put(connection, "vouchers", *codes)
    put(
        connection, "redemptions",
        *(redemption(f"r_{number}", customer_id=f"cust_{number}") for number in (1, 2, 3, 4)),
    )  # fmt: skip
    read_whole(connection, "campaigns", "customers", "vouchers", "redemptions")
    connection.close()
    opened = Reader(path, ZONE)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("łódź", ["v_1", "v_2", "v_4"]),
        ("ŁÓDŹ", ["v_1", "v_2", "v_4"]),
        (normalize("NFD", "łódź"), ["v_1", "v_2", "v_4"]),
        ("lodz", ["v_3"]),
        ("LODZ", ["v_3"]),
        # An accent that is written apart is no letter more: what does not find the one form does not find the other.
        ("łod", []),
        ("ź-", ["v_1", "v_2", "v_4"]),
        ("-", ["v_1", "v_2", "v_3", "v_4"]),
        ("%", ["v_5"]),
        ("STRASSE", ["v_6"]),
        ("straße", ["v_6"]),
        ("kelvin", ["v_7"]),
        ("\u212aelvin", ["v_7"]),
        ("łb", ["v_8"]),
    ],
)
def test_typed_text_finds_codes_in_any_capitals_and_form_of_accents(
    reader: Reader, typed: str, found: list[str]
) -> None:
    rows = RowList(reader, CODES, Ref.campaign("camp_1"), typed, sort="id", descending=False)
    assert [row[0] for row in rows.window(0, 20)] == found
    assert rows.count() == len(found)


@pytest.mark.parametrize("typed", ["łukasz", "ŁUKASZ", "żółć"])
def test_typed_text_finds_people(reader: Reader, typed: str) -> None:
    for view in (CUSTOMERS, PARTICIPANTS):
        rows = RowList(reader, view, None, typed, sort="id", descending=False)
        assert rows.count() == 2, view.name


def test_rows_that_point_at_a_customer_are_found_by_the_customers_name(reader: Reader) -> None:
    def found(typed: str) -> list[str]:
        rows = RowList(
            reader,
            ATTEMPTS,
            Ref.campaign("camp_1"),
            typed,
            sort="id",
            descending=False,
            named={"customer_id": "customers"},
        )
        return [row[0] for row in rows.window(0, 20)]

    assert found("łukasz") == ["r_1", "r_2"]
    assert found("lukasz") == ["r_3"]
    assert found("nobody") == []


def test_a_name_of_blanks_alone_is_no_name(reader: Reader) -> None:
    expected = {identity: name for identity, name in NAMES.items() if identity != "cust_4"}
    assert names_of(reader.connection, "customers", NAMES) == expected


@pytest.mark.parametrize("text", ["Łódź", normalize("NFD", "ŁÓDŹ"), "Straße", "İ", "ABC", "\u212a", "ǰ", "ΌΣΟΣ"])
def test_widgets_and_queries_fold_alike(text: str) -> None:
    assert folded(text) == fold(text) == fold(fold(text))
