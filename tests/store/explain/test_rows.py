"""Which rows of lists can be explained."""

import pytest

from store.explain.rows import explained, explained_row
from store.queries.customers import ORDERS, PEOPLE, WALLET
from store.queries.failures import REFUSALS
from store.queries.people import PARTICIPANTS, REFEREES
from store.queries.rows import RowView
from store.queries.views import ATTEMPTS, CAMPAIGNS, CODES, DISTRIBUTIONS, PUBLICATIONS, TRANSACTIONS
from store.ref import Ref


@pytest.mark.parametrize(
    ("view", "values", "kind"),
    [
        (ATTEMPTS, {"id": "rf_1", "result": "FAILURE"}, "redemption"),
        (REFUSALS, {"id": "rf_1", "result": "FAILURE"}, "redemption"),
        (ATTEMPTS, {"id": "r_1", "result": "SUCCESS"}, ""),
        (ATTEMPTS, {"id": "r_1", "result": None}, ""),
        (PUBLICATIONS, {"id": "pub_1", "result": "FAILURE"}, "publication"),
        (PUBLICATIONS, {"id": "pub_1", "result": "SUCCESS"}, ""),
        (DISTRIBUTIONS, {"id": "d_1", "failed": 3}, ""),
        (CODES, {"id": "v_1"}, "voucher"),
        (WALLET, {"id": "v_1"}, "voucher"),
        (PEOPLE, {"id": "cust_1"}, "customer"),
        (PARTICIPANTS, {"id": "cust_1"}, "customer"),
        (REFEREES, {"id": "cust_1", "result": "FAILURE"}, "customer"),
        (CAMPAIGNS, {"id": "camp_1"}, "campaign"),
        (CAMPAIGNS, {"id": ""}, ""),
        (TRANSACTIONS, {"id": "vtx_1"}, ""),
        (ORDERS, {"id": "ord_1"}, ""),
    ],
)  # fmt: skip
def test_rows(view: RowView, values: dict[str, object], kind: str) -> None:
    assert explained_row(view, values) == (Ref(kind, str(values["id"])) if kind else None)


@pytest.mark.parametrize(
    ("type_name", "is_refusal"),
    [
        ("customer.redemption.failed", True),
        ("customer.redemption.rollback.failed", True),
        ("customer.publication.failed", True),
        ("customer.validation.failed", True),
        ("customer.redemption.succeeded", False),
        ("customer.email.failed", False),
        ("something.new.failed", False),
    ],
)
def test_events(type_name: str, is_refusal: bool) -> None:
    event = Ref("event", "evt_1")
    assert explained(event, {"type": type_name}) == (event if is_refusal else None)
