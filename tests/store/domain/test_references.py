"""What a pasted ticket names."""

import pytest

from store.domain.references import LONGEST, MOST, is_ticket, references_in

TICKET = """Hi, Anna (anna.k@example.com) says SUMMER-8K2M was refused on 2026-11-27 14:03 for so-4411 (43.00 EUR).
See https://shop.example/#/customers/cust_777c992893284d331dbddf89 and request v-0ba518c52bc99858.
code:WELCOME10; sum €1,204.00, 94.1 % at 12:00:01Z; redemption rf_0c04d99aabb, please help."""


def test_ids_addresses_requests_codes_and_orders_are_read_in_order() -> None:
    found = references_in(TICKET)
    assert [one.text for one in found if one.is_certain] == [
        "anna.k@example.com", "cust_777c992893284d331dbddf89", "v-0ba518c52bc99858", "rf_0c04d99aabb",
    ]  # fmt: skip
    perhaps = [one.text for one in found if not one.is_certain]
    assert perhaps == ["SUMMER-8K2M", "so-4411", "code:WELCOME10", "WELCOME10"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<björn.dubois@exämple.com>,", ["björn.dubois@exämple.com"]),
        ("(cust_12ab)", ["cust_12ab"]),
        ("discust_12ab", ["discust_12ab"]),
        ("order #100234.", ["100234"]),
        ("ORDER=A-1;CODE=B-22/x", ["CODE=B-22/x", "B-22/x"]),
        ("twice r_1234abcd r_1234abcd", ["r_1234abcd"]),
        ("2026-11-27T14:03:00Z 27.11.2026 14:03 12,345.67 99.5% +48", []),
        ("ŁÓDŹ2026", ["ŁÓDŹ2026"]),
        ("\x1bCODE77\x00", ["CODE77"]),
        ("", []),
    ],
)
def test_what_counts_as_a_reference(text: str, named: list[str]) -> None:
    found = [one.text for one in references_in(text)]
    assert [one for one in found if one in named] == named
    if not named:
        assert found == []


def test_a_huge_text_is_read_up_to_a_bound() -> None:
    assert len(references_in(" ".join(f"CODE{number}" for number in range(100_000)))) == MOST
    assert references_in("a" * LONGEST + " CODE77") == []
    for hostile in ("a=" * LONGEST, "a." * LONGEST, "a@" * LONGEST, "v_" * LONGEST, "a@b." * LONGEST, "1," * LONGEST):
        assert len(references_in(hostile)) <= MOST, "and soon"


def test_several_lines_and_long_texts_are_tickets() -> None:
    assert is_ticket("a\nb")
    assert is_ticket("x " * 200)
    assert not is_ticket("SUMMER-8K2M\n")
