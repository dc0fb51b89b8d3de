"""The documented webhook bodies load, and the objects in them are records like any other."""

from collections import Counter

from store.cache import tables
from store.cache.columns import TableSpec
from tests.contract.events import event_samples
from tests.contract.spec import Spec

CARRIED: dict[str, TableSpec] = {
    "campaign": tables.CAMPAIGNS,
    "voucher": tables.VOUCHERS,
    "customer": tables.CUSTOMERS,
    "redemption": tables.REDEMPTIONS,
    "redemption_rollback": tables.REDEMPTIONS,
    "publication": tables.PUBLICATIONS,
}


def test_every_event_has_a_body(spec: Spec) -> None:
    samples = event_samples()
    families = Counter(sample.name.split(".")[1] for sample in samples)
    assert len({sample.name for sample in samples}) == len(samples) == 72
    assert {"CAMPAIGN", "VOUCHER", "REDEMPTION", "PUBLICATION", "CUSTOMER"} <= families.keys()
    assert all(isinstance(sample.document, dict) and sample.document for sample in samples)


def test_objects_in_events_are_read_by_the_record_functions(spec: Spec) -> None:
    read: Counter[str] = Counter()
    for sample in event_samples():
        for member, table in CARRIED.items():
            document = sample.document.get(member)
            if isinstance(document, dict) and document.get("id"):
                row = dict(zip(table.column_names, table.reader()(document), strict=True))
                assert row["id"] == document["id"]
                read[member] += 1
    assert read["campaign"] > 10
    assert read["voucher"] > 5
    assert read["redemption"] > 0
