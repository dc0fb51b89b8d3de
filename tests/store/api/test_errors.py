import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.api import errors
from store.api.errors import ApiError, error_from
from store.api.limits import LimitState, read_limits
from tests.support.list_server import NOON

SENTENCES = [
    (400, {"message": "Invalid filter"}, "Voucherify did not accept the request (400): Invalid filter."),
    (401, {"message": "Unauthorized"}, "Voucherify did not accept the keys (401): Unauthorized."),
    (402, {}, "The Voucherify plan does not cover this call (402)."),
    (403, {"details": "areas"}, "These keys may not read this (403): areas."),
    (404, {"message": "Resource not found", "details": "Cannot find campaign."}, "Cannot find campaign."),
    (405, {"message": "No"}, "Voucherify refused the call (405): No."),
    (408, {}, "Voucherify did not answer in time (408)."),
    (429, {"message": "Too many requests"}, "The limit of calls is used up (429)."),
    (500, {"message": "Boom"}, "Voucherify has a fault of its own (500): Boom."),
    (503, {}, "Voucherify has a fault of its own (503)."),
]


@pytest.mark.parametrize(("status", "body", "words"), SENTENCES)
def test_each_status_is_one_clear_sentence(status: int, body: dict[str, str], words: str) -> None:
    error = error_from(status, json.dumps({**body, "code": status, "request_id": "v-0a1"}).encode())
    assert words in error.sentence
    assert "\n" not in error.sentence
    assert "kept" in error.sentence
    assert error.sentence.endswith("Request id v-0a1.")
    assert (error.status, error.request_id) == (status, "v-0a1")


@pytest.mark.parametrize(
    ("limit_type", "after", "words"),
    [
        ("api_calls", 30.0, "The limit of calls is used up (429). {kept} Calls are possible again in 30 s."),
        (
            "bulk_api_calls",
            300.0,
            "The limit of bulk calls is used up (429). {kept} Calls are possible again in 5 min.",
        ),
        (
            "webhook_calls",
            7_200.0,
            "The limit of webhook calls is used up (429). {kept} Calls are possible again in 2 h.",
        ),
        (None, None, "The limit of calls is used up (429). {kept} Calls are possible again in a while."),
        (
            "api_calls_cycle",
            30.0,
            (
                "The calls of this billing cycle are used up. {kept} Waiting does not help: "
                "ask the owner of the organisation, or work offline."
            ),
        ),
    ],
)
def test_each_limit_has_its_own_sentence(limit_type: str | None, after: float | None, words: str) -> None:
    error = error_from(429, b"{}", limits=LimitState(type=limit_type, retry_after=after))
    assert error.sentence == words.format(kept="What is already stored is kept.")
    assert isinstance(error, errors.RateLimited)
    assert error.final is (limit_type == "api_calls_cycle")


def test_a_custom_message_of_a_rule_comes_first() -> None:
    body = {
        "message": "failed",
        "error": {"message": "Only for members"},
        "key": "violated",
        "details": "d",
    }
    error = error_from(400, json.dumps(body).encode())
    assert (error.message, error.key, error.details) == ("Only for members", "violated", "d")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ("code", "key", "message", "details", "request_id", "error")


@given(st.integers(400, 599), st.dictionaries(st.sampled_from(MEMBERS), json_values) | json_values)
def test_an_error_body_of_any_shape_makes_a_sentence(status: int, body: object) -> None:
    error = error_from(status, json.dumps(body).encode(), request_id="from-header")
    assert isinstance(error, ApiError)
    assert error.sentence
    assert error.request_id
    assert len(error.sentence) < 2_500


@pytest.mark.parametrize("body", [b"", b"\xff", b"<html>", b"[" * 200_000, b"null", b'"x"'])
def test_an_error_body_that_is_no_json_is_no_trouble(body: bytes) -> None:
    assert isinstance(error_from(500, body), errors.ServerError)


def test_texts_from_outside_are_bounded_and_otherwise_untouched() -> None:
    hostile = "[/x]\x1b[2J\u202e" + "A" * 100_000
    error = error_from(400, json.dumps({"message": hostile, "details": hostile, "request_id": hostile}).encode())
    assert error.message.startswith("[/x]\x1b[2J\u202eAAA")
    assert len(error.message) == 500
    assert len(error.sentence) < 2_000


def test_reasons_stand_in_the_sentence() -> None:
    assert "the cursor repeats" in errors.IncompleteListing("the cursor repeats").sentence
    unusable = errors.ExportUnusable("the job failed", request_id="v-1")
    assert (unusable.reason, unusable.request_id) == ("the job failed", "v-1")
    assert unusable.sentence.endswith("Request id v-1.")


names = st.sampled_from(["Date", "Retry-After", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Retry"])


@given(st.dictionaries(names, st.text() | st.integers().map(str) | st.floats().map(str)))
def test_limit_headers_of_any_content_are_read(headers: dict[str, str]) -> None:
    seen = read_limits(headers, NOON)
    assert seen.wait is None or seen.wait >= 0
    assert seen.limit is None or seen.limit >= 0
    assert seen.remaining is None or seen.remaining >= 0
