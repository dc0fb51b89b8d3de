"""List endpoints: paging styles, caps, filters, orders, cursors, expansions (API §2)."""

from collections import Counter

import pytest

from store.sandbox.conditions import instant
from store.sandbox.routes import ListEndpoint
from store.sandbox.routes_empty import EMPTY
from store.sandbox.selection import dig
from tests.support.sandbox_asking import Asker, ask_tables, ask_tiny, segment, tiny_world

VOUCHERS = "/v1/vouchers"


@pytest.fixture(scope="module")
def asker() -> Asker:
    return ask_tiny()


def test_ten_records_newest_first_unless_asked_otherwise(asker: Asker) -> None:
    answer = asker.get(VOUCHERS)
    assert answer["object"] == "list"
    assert answer["data_ref"] == "vouchers"
    assert len(answer["vouchers"]) == 10
    assert answer["total"] == len(asker.column("vouchers", "id"))
    newest = sorted(zip(asker.column("vouchers", "created_at"), asker.column("vouchers", "id"), strict=True))[::-1][:10]
    assert [row["id"] for row in answer["vouchers"]] == [key for _, key in newest]


@pytest.mark.parametrize("limit", ["0", "-1", "101", "ten", "1.5", "٣"])
def test_a_limit_out_of_bounds_is_refused(asker: Asker, limit: str) -> None:
    error = asker.get(VOUCHERS, ("limit", limit), status=400)
    assert error["key"] == "invalid_query_params"
    assert "limit" in error["details"]


@pytest.mark.parametrize(
    ("path", "cap"),
    [
        ("/v1/vouchers", 99), ("/v1/redemptions", 99), ("/v1/customers", 99), ("/v1/campaigns", 100),
        ("/v1/orders", 100), ("/v1/publications", 1000),
    ],
)  # fmt: skip
def test_pages_end_at_the_cap(asker: Asker, path: str, cap: int) -> None:
    assert asker.rows(path, ("page", str(cap)), ("limit", "100")) == []
    error = asker.get(path, ("page", str(cap + 1)), status=400)
    assert (error["code"], error["key"]) == (400, "page_over_limit")
    assert error["request_id"].startswith("v-")


def test_caps_can_be_set_for_a_test() -> None:
    asker = ask_tiny(page_caps={VOUCHERS: 2})
    assert len(asker.rows(VOUCHERS, ("page", "2"))) == 10
    assert asker.get(VOUCHERS, ("page", "3"), status=400)["key"] == "page_over_limit"


@pytest.mark.parametrize(
    "path", ["/v1/vouchers", "/v1/redemptions", "/v1/validation-rules", "/v1/customers/x/activity"]
)
def test_an_unknown_order_is_refused(asker: Asker, path: str) -> None:
    path = path.replace("/x/", f"/{asker.column('customers', 'id')[0]}/")
    assert "order" in asker.get(path, ("order", "colour"), status=400)["details"]


def test_the_codes_of_a_campaign_by_id_and_by_name(asker: Asker) -> None:
    for key, name in zip(asker.column("campaigns", "id"), asker.column("campaigns", "name"), strict=True):
        by_id = asker.get(VOUCHERS, ("campaign_id", key), ("limit", "100"))
        assert by_id["total"] == asker.column("vouchers", "campaign_id").count(key)
        assert {row["campaign_id"] for row in by_id["vouchers"]} <= {key}
        assert asker.ids(VOUCHERS, ("campaign", name), ("limit", "100")) == [row["id"] for row in by_id["vouchers"]]


def test_redemptions_by_the_parent_of_the_redeemed_object(asker: Asker) -> None:
    for key, name in zip(asker.column("campaigns", "id"), asker.column("campaigns", "name"), strict=True):
        listed = asker.get("/v1/redemptions", ("filters[related_object_parent_id][conditions][$is][0]", key))
        assert listed["total"] == asker.column("redemptions", "campaign_id").count(key)
        assert asker.get("/v1/redemptions", ("campaign", name))["total"] == listed["total"]


def test_conditions_join_by_and_unless_told_or(asker: Asker) -> None:
    results, objects = asker.column("redemptions", "result"), asker.column("redemptions", "object")
    wanted = (
        ("filters[result][conditions][$in][0]", "FAILURE"),
        ("filters[object][conditions][$is]", "redemption_rollback"),
    )
    pairs = list(zip(results, objects, strict=True))
    both = sum(result == "FAILURE" and kind == "redemption_rollback" for result, kind in pairs)
    either = sum(result == "FAILURE" or kind == "redemption_rollback" for result, kind in pairs)
    assert asker.get("/v1/redemptions", *wanted)["total"] == both
    assert asker.get("/v1/redemptions", *wanted, ("filters[junction]", "OR"))["total"] == either
    assert asker.get("/v1/redemptions", *wanted, ("filters[junction]", "xor"), status=400)["code"] == 400


@pytest.mark.parametrize(
    "name",
    [
        "filters[colour][conditions][$is][0]", "filters[result][conditions][$sounds_like][0]", "filters[result]",
        "filters[result][conditions][$after][0]",
    ],
)  # fmt: skip
def test_a_filter_nobody_documents_is_refused(asker: Asker, name: str) -> None:
    assert "filters" in asker.get("/v1/redemptions", (name, "x"), status=400)["details"]


def test_repeated_results_are_alternatives(asker: Asker) -> None:
    total = asker.get("/v1/redemptions", ("result", "SUCCESS"), ("result", "FAILURE"))["total"]
    assert total == len(asker.column("redemptions", "id"))


@pytest.mark.parametrize("by", ["id", "source_id"])
def test_a_customer_is_named_by_id_or_source_id(asker: Asker, by: str) -> None:
    row = next(i for i, name in enumerate(asker.column("customers", "source_id")) if name and "/" in name)
    name, key = asker.column("customers", by)[row], asker.column("customers", "id")[row]
    assert asker.get(f"/v1/customers/{segment(name)}")["id"] == key
    assert asker.get("/v1/redemptions", ("customer", name))["total"] == asker.column(
        "redemptions", "customer_id"
    ).count(key)
    assert asker.get(VOUCHERS, ("customer", name))["total"] == asker.column("vouchers", "holder_id").count(key)
    assert asker.get("/v1/publications", ("customer", "nobody"))["total"] == 0


def test_publications_ignore_dates(asker: Asker) -> None:
    everything = asker.get("/v1/publications")["total"]
    assert asker.get("/v1/publications", ("created_at[after]", "2999-01-01T00:00:00Z"))["total"] == everything


def test_after_and_before_leave_the_instant_out_unless_told() -> None:
    strict, inclusive = ask_tiny(), ask_tiny(inclusive_dates=True)
    times = sorted(strict.column("redemptions", "created_at"))
    middle = times[len(times) // 2]
    for operator, wanted in (
        ("after", sum(time > middle for time in times)),
        ("before", sum(time < middle for time in times)),
    ):
        assert strict.get("/v1/redemptions", (f"created_at[{operator}]", middle))["total"] == wanted
        assert strict.get("/v1/redemptions", (f"[created_at][{operator}]", middle))["total"] == wanted
        assert inclusive.get("/v1/redemptions", (f"created_at[{operator}]", middle))["total"] == wanted + times.count(
            middle
        )
    for no_time in ("yesterday", "0001-01-01T00:00:00+23:59"):
        assert strict.get("/v1/redemptions", ("created_at[after]", no_time), status=400)["code"] == 400


def test_records_never_edited_have_no_update_to_be_found_by(asker: Asker) -> None:
    edited = [time for time in asker.column("vouchers", "updated_at") if time]
    assert asker.get(VOUCHERS, ("updated_at[after]", "1999-01-01"))["total"] == len(edited)
    ascending = asker.rows(VOUCHERS, ("order", "updated_at"), ("limit", "100"))
    assert ascending[0]["updated_at"][:19] == min(edited)[:19]


def test_customers_continue_after_a_datetime(asker: Asker) -> None:
    seen: list[str] = []
    after: tuple[tuple[str, str], ...] = ()
    for _ in range(30):
        answer = asker.get("/v1/customers", ("limit", "7"), ("order", "created_at"), *after)
        seen += [row["id"] for row in answer["customers"]]
        if not answer["has_more"]:
            break
        after = (("starting_after", answer["customers"][-1]["created_at"]),)
    assert len(seen) == len(set(seen)) == len(asker.column("customers", "id"))


def test_background_tasks_continue_before_an_end_date(asker: Asker) -> None:
    seen: list[str] = []
    before: tuple[tuple[str, str], ...] = ()
    for _ in range(30):
        answer = asker.get("/v1/async-actions", ("limit", "4"), *before)
        assert "total" not in answer
        seen += [row["id"] for row in answer["async_actions"]]
        if not answer["has_more"]:
            break
        before = (("end_date", answer["async_actions"][-1]["created_at"]),)
    assert len(set(seen)) == len(asker.column("async_actions", "id"))


def test_the_bin_counts_its_page_and_continues_by_id(asker: Asker) -> None:
    first = asker.get("/v1/trash-bin", ("limit", "2"), ("order", "id"))
    assert first["total"] == 2
    assert first["has_more"] is True
    assert first["more_starting_after"] == first["data"][-1]["id"]
    second = asker.ids(
        "/v1/trash-bin", ("limit", "2"), ("order", "id"), ("starting_after_id", first["more_starting_after"])
    )
    assert second == sorted(asker.column("trash_bin", "id"))[2:4]


def test_transactions_are_the_campaigns_own_and_have_no_total(asker: Asker) -> None:
    for key in set(asker.column("transactions", "campaign_id")):
        answer = asker.get(f"/v1/campaigns/{key}/transactions", ("limit", "100"), ("order", "id"))
        assert "total" not in answer
        assert answer["has_more"] == (asker.column("transactions", "campaign_id").count(key) > 100)
        assert {row["campaign_id"] for row in answer["data"]} == {key}


def test_a_campaign_list_shows_categories_and_areas_only_when_expanded(asker: Asker) -> None:
    def shown(*query: tuple[str, str]) -> tuple[bool, bool]:
        rows = asker.rows("/v1/campaigns", ("limit", "100"), *query)
        return any(row["categories"] for row in rows), any("access_settings_assignments" in row for row in rows)

    assert shown() == (False, False)
    assert shown(("expand", "category")) == (True, False)
    assert shown(("expand", "access_settings_assignments")) == (False, True)
    assert asker.get("/v1/campaigns", ("expand", "everything"), status=400)["code"] == 400


def test_the_two_meanings_of_active_differ(asker: Asker) -> None:
    now = "2026-11-20T12:00:59.999Z"
    columns = ("id", "active", "start_date", "expiration_date", "creation_status")
    rows = list(zip(*(asker.column("campaigns", name) for name in columns), strict=True))
    running = {row[0] for row in rows if row[1] and (not row[2] or row[2] <= now) and (not row[3] or row[3] > now)}
    generated = {row[0] for row in rows if row[4] == "DONE"}
    query = ("limit", "100")
    assert set(asker.ids("/v1/campaigns", query, ("filters[active][conditions][$active]", ""))) == running
    assert set(asker.ids("/v1/campaigns", query, ("filters[active][$active]", ""))) == running
    assert set(asker.ids("/v1/campaigns", query, ("filters[status][conditions][$active]", ""))) == generated
    assert running != generated
    drafts = asker.rows("/v1/campaigns", query, ("campaign_status", "DRAFT"))
    assert drafts
    assert {row["creation_status"] for row in drafts} == {"DRAFT"}


def test_tiers_are_available_while_they_are_on_and_in_their_time(asker: Asker) -> None:
    now, path, limit = "2026-11-20T12:00:59.999Z", "/v1/promotions/tiers", ("limit", "100")
    tiers = asker.rows(path, limit)
    running = {
        tier["id"]
        for tier in tiers
        if tier["active"] and tier.get("start_date", "") <= now < tier.get("expiration_date", "9")
    }
    assert 0 < len(running) < len(tiers)
    assert set(asker.ids(path, limit, ("is_available", "true"))) == running
    assert set(asker.ids(path, limit, ("is_available", "false"))) == {tier["id"] for tier in tiers} - running


def test_a_state_is_no_condition_of_other_fields(asker: Asker) -> None:
    refused = asker.get(VOUCHERS, ("filters[code][conditions][$enabled]", ""), status=400)
    assert "filters.code.conditions.$enabled is not supported" in refused["details"]


def test_fields_only_documents_have_can_be_filtered(asker: Asker) -> None:
    used = asker.get(VOUCHERS, ("filters[redemption.redeemed_quantity][conditions][$more_than][0]", "0"))
    assert 0 < used["total"] < len(asker.column("vouchers", "id"))
    waves = asker.rows(VOUCHERS, ("filters[metadata.wave][conditions][$is][0]", "3"), ("limit", "100"))
    assert waves
    assert {row["metadata"]["wave"] for row in waves} == {3}


def test_a_name_with_slash_percent_and_accents_finds_its_campaign() -> None:
    names = ["100 % off / summer", "[/bold] łąka 50%", "dots..", "a+b&c=d?e#f", "夏"]
    rows = [{"id": f"camp_{i}", "created_at": "2026-01-01T00:00:00.000Z", "name": name} for i, name in enumerate(names)]
    vouchers = [{"id": f"v_{i}", "campaign_id": f"camp_{i}", "campaign": n, "created_at": "2026-01-01T00:00:00.000Z"}
                for i, n in enumerate(names)]  # fmt: skip
    asker = ask_tables(campaigns=rows, vouchers=vouchers)
    for i, name in enumerate(names):
        assert asker.get(f"/v1/campaigns/{segment(name)}")["id"] == f"camp_{i}"
        assert asker.ids(VOUCHERS, ("campaign", name)) == [f"v_{i}"]
        summary = asker.get(f"/v1/campaigns/{segment(name)}/summary", ("start_date", "2026-01-01"))
        assert summary["asked"] == [f"camp_{i}", "2026-01-01", "2026-11-20"]


def test_lists_inside_a_campaign_say_when_there_is_none(asker: Asker) -> None:
    for path in ("campaigns/none", "campaigns/none/summary", "promotions/none/tiers", "loyalties/none/tiers"):
        error = asker.get(f"/v1/{path}", status=404)
        assert (error["key"], error["resource_id"], error["resource_type"]) == ("not_found", "none", "campaign")
    coupons = asker.column("campaigns", "campaign_type").index("DISCOUNT_COUPONS")
    key = asker.column("campaigns", "id")[coupons]
    assert asker.get(f"/v1/loyalties/{key}/tiers", status=404)["resource_id"] == key


def test_the_holders_of_a_code_and_what_a_customer_holds(asker: Asker) -> None:
    holder = asker.column("holders", "customer_id")[0]
    held = asker.get(f"/v1/customers/{holder}/redeemables", ("limit", "100"))
    assert all(row["redeemable"]["voucher"]["id"] == row["redeemable_id"] for row in held["data"])
    parts = zip(asker.column("holders", "customer_id"), asker.column("holders", "voucher_id"), strict=True)
    owned = zip(asker.column("vouchers", "holder_id"), asker.column("vouchers", "id"), strict=True)
    codes = {code for customer, code in (*parts, *owned) if customer == holder}
    assert {row["redeemable_id"] for row in held["data"]} == codes
    assert held["total"] == len(held["data"])
    referrer = asker.column("holders", "holder_role").index("REFEREE")
    code = asker.column("holders", "voucher_id")[referrer]
    answer = asker.get(
        f"/v1/referrals/members/{code}/holders",
        ("filters[holder_role][conditions][$is][0]", "REFEREE"),
        ("limit", "100"),
    )
    assert answer["data"]
    assert {row["holder_role"] for row in answer["data"]} == {"REFEREE"}


def test_segments_hold_whom_their_filter_describes(asker: Asker) -> None:
    key = asker.column("segments", "id")[0]
    members = asker.rows("/v1/customers", ("segment_id", key), ("limit", "100"))
    assert members
    assert {row["metadata"]["country"] for row in members} == {"PL"}
    listed = asker.rows(f"/v1/customers/{members[0]['id']}/segments")
    assert key in {row["id"] for row in listed}
    assert asker.get("/v1/customers/unknown/segments")["total"] == 0


def test_a_codes_whole_history_comes_in_one_answer(asker: Asker) -> None:
    key = max(
        filter(None, asker.column("redemptions", "voucher_id")), key=asker.column("redemptions", "voucher_id").count
    )
    answer = asker.get(f"/v1/vouchers/{key}/redemption")
    assert answer["total"] == len(answer["redemption_entries"]) == asker.column("redemptions", "voucher_id").count(key)


def test_the_activity_of_a_customer_narrows_by_kind_and_date(asker: Asker) -> None:
    owners = Counter(asker.column("customer_activity", "customer_id"))
    pairs = set(zip(*(asker.column("customer_activity", name) for name in ("customer_id", "category")), strict=True))
    key = next(key for key, count in owners.most_common() if count <= 100 and (key, "EFFECT") in pairs)
    path, limit = f"/v1/customers/{key}/activity", ("limit", "100")
    everything = asker.rows(path, limit, ("order", "created_at"))
    times = [instant(row["created_at"]) for row in everything]
    assert times == sorted(times)
    assert len(everything) == owners[key]
    effects, actions = (asker.ids(path, limit, ("category", category)) for category in ("EFFECT", "ACTION"))
    assert len(effects) + len(actions) == owners[key]
    middle = times[len(times) // 2]
    later = asker.ids(path, limit, ("start_date", middle))
    assert len(later) == sum(time >= middle for time in times)


def columns(listing: ListEndpoint) -> set[str]:
    """Every column a route selects or sorts by."""
    orders, unsorted = dict(listing.style.orders), listing.style.unsorted.removeprefix("-")
    return {
        *(within.column for within in listing.within), *(narrow.column for narrow in listing.params.values()),
        *(column for column, _ in listing.bounds.values()), *(condition.column for condition in listing.always),
        *orders.values(), orders.get(unsorted, unsorted), *listing.dates.values(), *listing.filters.values(),
    }  # fmt: skip


def test_every_column_a_route_names_is_in_its_table_or_its_documents(asker: Asker) -> None:
    # No one logs in to the sandbox, and the smallest world has no campaign that recurs.
    unused = {"user_login", "validity_timeframe", "validity_day_of_week"}
    for route in asker.sandbox.routes:
        if route.listing is None or route.listing.table in EMPTY:
            continue
        table = tiny_world().tables[route.listing.table]
        assert len(table) > 0
        for column in columns(route.listing) - set(table.columns):
            found = [dig(document, column) for document in table.documents()]
            assert any(value is not None for value in found) or column in unused, (route.template, column)
