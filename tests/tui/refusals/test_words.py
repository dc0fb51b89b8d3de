"""The sheet of an explanation: all of it at every width, the claims never cut; what is assumed, as typed."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from store.explain.answer import Attempt, Evidence, Explanation, Kind, Result, Retry, Verdict
from store.ref import Ref
from tests.support.app_host import assert_harmless
from tests.tui.refusals.made import LONG, hostile, refused
from tui.kit.formatter import Formatter
from tui.refusals.assumed import assumed_spans, parse_amount, parse_moment
from tui.refusals.words import about_words, counts_words, evidence_at, evidence_key, sheet, verdict_words
from widgets.panel.sheet import SheetLine
from widgets.text import glyphs, plain
from widgets.text.lines import line_width

SCENE = Formatter("EUR", ZoneInfo("Europe/Warsaw"), datetime(2026, 11, 23, 12, tzinfo=UTC))


def texts(lines: list[SheetLine]) -> list[str]:
    return [plain("".join(part for part, _ in one.line)) for one in lines]


def words_of(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_all_of_it_is_there_at_every_width(width: int) -> None:
    lines = sheet(refused(), SCENE, (), width)
    assert max(line_width(one.line) for one in lines) <= width
    shown = words_of(texts(lines))
    for words in (
        "✕ Refused", "could not redeem", "“Spend €50 or more.”", "rule said no", "1 Dec 2026 01:00 Europe/Warsaw, once",
        "shopper can change it", "3 met · 1 not met · 1 unknown", "seen 22 Nov 2026 09:00",
        "GET /v1/vouchers/AUTUMN-7F3K", "The customer tried it 3 times before.", "request_id v-0a1b",
        "Undiscounted.", "As of now alone.",
    ):  # fmt: skip
        assert words.replace(" ", "") in shown.replace("▌", "").replace(" ", ""), words
    assert "A note of no weight." not in shown


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_a_claim_and_its_sign_are_never_cut(width: int) -> None:
    told = refused()
    lines = sheet(told, SCENE, (), width)
    signs = {Result.MET: "✓", Result.NOT_MET: "✕", Result.UNKNOWN: "?"}
    for number, one in enumerate(told.evidence):
        its = [line for line in lines if line.key == evidence_key(number)]
        assert its[0].line[1][0].strip() == signs[one.result]
        claim = " ".join(line.line[2][0].strip() for line in its if len(line.line) > 2)
        assert claim.split() == one.claim.split()
        assert [line.stop for line in its] == [True] + [False] * (len(its) - 1)
        assert evidence_at(told, evidence_key(number)) is one
    assert evidence_at(told, "id rf_0a1b") is evidence_at(told, "") is None


@pytest.mark.parametrize(
    ("width", "shown", "left_out"),
    [(80, ("2 h ago", "rule 10 % off", "€42.00"), ()), (62, ("rule 10 % off", "€42.00"), ("2 h ago",)),
     (52, ("€42.00",), ("2 h ago", "rule 10 % off"))],
)  # fmt: skip
def test_age_goes_first_then_source(width: int, shown: tuple[str, ...], left_out: tuple[str, ...]) -> None:
    told = refused()
    narrow = Explanation(told.subject, told.verdict, told.sentence, evidence=told.evidence)
    text = "\n".join(texts(sheet(narrow, SCENE, (), width)))
    assert all(words in text for words in shown)
    assert not any(words in text for words in left_out)
    assert "on → off" in text
    assert "on (still)" in text
    assert "now no" in text


@pytest.mark.parametrize("width", [40, 80, 160])
def test_hostile_text_is_shown_and_harmless(width: int) -> None:
    lines = sheet(hostile(), SCENE, (), width)
    assert_harmless("\n".join(texts(lines)))
    assert max(line_width(one.line) for one in lines) <= width
    assert "? Not known" in texts(lines)[0]


def test_the_signs_have_ascii_forms() -> None:
    glyphs.use("ascii")
    text = "\n".join(texts(sheet(refused(), SCENE, (), 80)))
    assert "x Refused" in text
    assert "\n ? the customer is in" in text
    assert "\n v the code is switched on" in text
    assert "on > off" in text


def test_a_long_text_can_be_scrolled_to_its_end() -> None:
    told = Explanation(Ref("voucher", "v_1"), Verdict.REFUSED, "word " * 2_000, evidence=refused().evidence)
    stops = [at for at, one in enumerate(sheet(told, SCENE, (), 80)) if one.stop]
    assert max(later - earlier for earlier, later in pairwise(stops)) <= 8


def test_no_conditions_are_said_to_be_none() -> None:
    told = Explanation(Ref("voucher", "v_1"), Verdict.UNKNOWN, "Nothing is known of it.")
    assert "No condition is known to apply." in words_of(texts(sheet(told, SCENE, (), 80)))
    assert counts_words(told) == "0 met · 0 not met · 0 unknown"


@pytest.mark.parametrize(
    ("verdict", "retry", "words"),
    [
        (Verdict.REFUSED, Retry(), "whether a retry helps is not known"),
        (Verdict.REFUSED, Retry(helps=False), "a retry does not help"),
        (Verdict.REFUSED, Retry(helps=False, condition="it is moved"), "a retry does not help unless it is moved"),
        (Verdict.REFUSED, Retry(helps=True), "a retry helps"),
        (Verdict.REFUSED, Retry(helps=True, condition="once it is on"), "a retry helps, once it is on"),
        (Verdict.REFUSED, Retry(None, None, "once it is published"), "a retry may help, once it is published"),
        (Verdict.WOULD_BE_REFUSED, Retry(helps=True, when="2026-11-24T11:00:00.000Z"),
         "a retry helps from 24 Nov 2026 12:00 Europe/Warsaw"),
        (Verdict.WOULD_PASS, Retry(), ""),
    ],
)  # fmt: skip
def test_whether_a_retry_helps(verdict: Verdict, retry: Retry, words: str) -> None:
    told = Explanation(Ref("voucher", "v_1"), verdict, "", kind=Kind.NONE, retry=retry)
    assert about_words(told, SCENE) == words


def test_every_verdict_has_words() -> None:
    said = [verdict_words(Explanation(Ref("voucher", "v_1"), verdict, "")) for verdict in Verdict]
    assert said == ["✕ Refused", "✓ Would pass", "✕ Would be refused", "? Not known"]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("", None), ("50", 5000), ("0", 0), ("50.5", 5050), ("1,250.00", 125_000), ("1250", 125_000), ("0.07", 7)],
)
def test_amounts(typed: str, amount: int | None) -> None:
    assert parse_amount(typed) == amount


@pytest.mark.parametrize("typed", ["-5", "5.", "1,25", "12,50", "5.123", "€5", "five", "1e3", "½", "٣"])
def test_no_amounts(typed: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        parse_amount(typed)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [("", None), ("2026-11-30 14:00", "2026-11-30T13:00:00.000Z"), ("2026-07-01T9:05", "2026-07-01T07:05:00.000Z"),
     ("30 Nov 2026", "2026-11-29T23:00:00.000Z"), ("today 9:30", "2026-11-23T08:30:00.000Z"),
     ("18:45", "2026-11-23T17:45:00.000Z")],
)  # fmt: skip
def test_moments(typed: str, moment: str | None) -> None:
    assert parse_moment(typed, SCENE) == moment


@pytest.mark.parametrize("typed", ["25:00", "9:61", "soon", "2026-13-01", "2026-11-30 noon"])
def test_no_moments(typed: str) -> None:
    with pytest.raises(ValueError, match=r"There is no|is no date"):
        parse_moment(typed, SCENE)


def test_what_is_assumed_names_its_keys() -> None:
    def words(attempt: Attempt) -> str:
        return "".join(text for text, _ in assumed_spans(attempt, SCENE))

    assert words(Attempt()) == "nobody named c · no order a · now t"
    some = Attempt("cust_1", 5000, "2026-11-30T13:00:00.000Z")
    assert words(some) == "customer cust_1 c · order €50.00 a · 30 Nov 2026 14:00 Europe/Warsaw t"
    assert "Assumed nobody named c" in words_of(texts(sheet(refused(), SCENE, assumed_spans(Attempt(), SCENE), 80)))


def test_long_claims_wrap() -> None:
    one = Explanation(Ref("voucher", "v_1"), Verdict.REFUSED, "", evidence=(Evidence(LONG, Result.UNKNOWN),))
    lines = [line for line in sheet(one, SCENE, (), 60) if line.key == evidence_key(0)]
    assert words_of(texts(lines)) == f"? {LONG}"
