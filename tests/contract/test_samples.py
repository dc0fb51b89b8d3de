"""The sampler: deterministic, lawful where it claims to be, hostile where it should be."""

import pytest

from tests.contract.endpoints import LISTS, OBJECTS, Endpoint
from tests.contract.samples import HOSTILE_TEXTS, LAWFUL, Variant, answer, list_answer, rows
from tests.contract.spec import Spec

KNOWN = {"/v1/metadata-schemas": [".: 'data' is a required property"]}
"""The answer's schema requires a member that no answer has (API §2)."""


@pytest.mark.parametrize("endpoint", LISTS + OBJECTS, ids=str)
def test_every_endpoint_is_documented_and_sampled_within_its_schema(spec: Spec, endpoint: Endpoint) -> None:
    for variant in LAWFUL:
        document = answer(spec, endpoint, variant)
        assert spec.validate("GET", endpoint.template, 200, document) == KNOWN.get(endpoint.template, [])


@pytest.mark.parametrize("variant", Variant, ids=str)
def test_the_same_seed_makes_the_same_rows(spec: Spec, variant: Variant) -> None:
    for endpoint in LISTS[:5]:
        assert list_answer(spec, endpoint, variant, 3) == list_answer(spec, endpoint, variant, 3)


def test_variants_are_what_they_say(spec: Spec) -> None:
    vouchers = LISTS[1]
    [minimal, *_] = rows(spec, vouchers, Variant.MINIMAL)
    [full, *_] = rows(spec, vouchers, Variant.FULL)
    [nulls, *_] = rows(spec, vouchers, Variant.NULLS)
    assert set(minimal) < set(full)
    assert nulls["id"]
    assert nulls["code"] is None
    assert all(row["id"] is None for row in rows(spec, vouchers, Variant.NAMELESS))
    assert any(row["object"] == "SOMETHING_NEW" for row in rows(spec, LISTS[2], Variant.NEW_VALUES))
    assert all("x_new_member" in row for row in rows(spec, vouchers, Variant.EXTRA))
    assert full != rows(spec, vouchers, Variant.HOSTILE)[0]


def test_rows_have_different_ids_and_every_alternative(spec: Spec) -> None:
    made = rows(spec, LISTS[2], Variant.FULL)
    assert len({row["id"] for row in made}) == len(made)
    assert {row["object"] for row in made} == {"redemption", "redemption_rollback"}


def test_hostile_rows_have_hostile_ids(spec: Spec) -> None:
    made = rows(spec, LISTS[2], Variant.HOSTILE)
    assert all(any(row["id"].startswith(text) for text in HOSTILE_TEXTS) for row in made)
