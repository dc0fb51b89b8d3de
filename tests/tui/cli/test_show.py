"""`promoscope show`: any cached record by any of its names, masked unless revealed."""

import pytest

from tests.tui.cli.harness import CommandLine


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        ("campaigns", "campaign"), ("vouchers", "voucher"), ("redemptions", "redemption"), ("customers", "customer"),
        ("validation_rules", "validation_rule"), ("transactions", "transaction"), ("rewards", "reward"),
    ],
)  # fmt: skip
def test_a_record_of_any_kind(reading: CommandLine, resource: str, kind: str) -> None:
    (row,) = reading("list", resource, "--limit", "1", "--json").json
    (document,) = reading("list", resource, "--limit", "1", "--raw").json
    found = reading("show", row["id"], "--json", "--reveal").json
    assert (found["kind"], found["id"]) == (kind, row["id"])
    assert found["document"] == document
    assert found["values"]["created_at"] == row["created_at"]
    words = reading("show", row["id"]).out
    assert row["id"] in words
    assert words.startswith(kind.replace("_", " "))


def test_people_are_masked_unless_they_are_revealed(reading: CommandLine) -> None:
    rows = reading("list", "customers", "--json").json
    one = next(row for row in rows if row["email"] and row["name"] and " " in row["name"])
    for arguments in (["show", one["id"]], ["show", one["email"]], ["show", one["id"], "--json"]):
        done = reading(*arguments)
        assert done.code == 0, done.err
        assert one["id"] in done.out
        assert one["email"] not in done.out
        assert one["name"] not in done.out
        full = reading(*arguments, "--reveal")
        assert one["email"] in full.out
        assert one["name"] in full.out


def test_what_a_record_leads_to(reading: CommandLine) -> None:
    rows = reading("list", "redemptions", "--json").json
    one = next(row for row in rows if row["campaign_id"] and row["customer_id"] and row["voucher_id"])
    links = reading("show", f"redemption:{one['id']}", "--json").json["links"]
    named = {(link["kind"], link["id"]) for link in links}
    assert {("campaign", one["campaign_id"]), ("customer", one["customer_id"]), ("voucher", one["voucher_id"])} <= named
    assert all(link["cached"] for link in links if link["kind"] == "voucher")


def test_what_is_not_there_names_what_is_near(reading: CommandLine) -> None:
    done = reading("show", "Gift Crads")
    assert (done.code, done.out) == (2, "")
    assert "Nothing cached is called “Gift Crads”. Did you mean “Gift Cards”?" in done.err
    assert reading("show", "Gift Cards", "--json").json["kind"] == "campaign"
