"""What a check came to in words: the same on the screen, on the command line and in a ticket. Needs no screen."""

from datetime import tzinfo

from store.checks.finding import PROJECT, Case, Check, CheckAnswer, Finding, State
from store.days import local_date, parse_instant
from store.words import clock, counted, day
from tui.kit.masking import masked_addresses
from widgets.text.glyphs import current
from widgets.text.lines import Role

NO_CAMPAIGN = "Of no campaign"


def sign_of(answer: CheckAnswer | None) -> tuple[str, Role]:
    """The sign of a state and the role it is drawn in; None is a check that has not answered yet."""
    if answer is None:
        return current().generating, "muted"
    if answer.state is State.FINDINGS:
        return current().disabled, "bad"
    return (current().ok, "good") if answer.state is State.SOUND else ("?", "warn")


def state_words(answer: CheckAnswer) -> str:
    """`sound`, `3 cases in 2 places`, `nothing found, not checked wholly`; with what the baseline knows."""
    if answer.state is State.FINDINGS:
        words = counted(answer.cases, answer.check.noun)
    elif answer.state is State.SOUND:
        words = "sound"
    else:
        words = "not checked" if answer.state is State.NOT_CHECKED else "partial"
    return f"{words}, {answer.silenced:,} known" if answer.silenced else words


def lacks_words(answer: CheckAnswer) -> str:
    """Why it is not checked wholly, in a sentence; "" where it is."""
    if not answer.lacks:
        return ""
    return f"{'Not checked' if answer.state is State.NOT_CHECKED else 'Not checked wholly'}: {answer.lacks}."


def place_words(finding: Finding) -> str:
    """What a finding is under."""
    return NO_CAMPAIGN if finding.thing == PROJECT else masked_addresses(finding.called or finding.thing.id)


def case_words(case: Case) -> str:
    """One case: what it is called and the evidence, addresses masked."""
    return masked_addresses(f"{case.called}: {case.words}")


def since_words(since: str | None, zone: tzinfo) -> str:
    """`since 12 Nov 2026`; "" where it is not known."""
    return f"since {day(local_date(since, zone))}" if since else ""


def ticket(check: Check, finding: Finding, as_of: str | None, zone: tzinfo) -> str:
    """A finding as a paragraph to paste: what, where, since when, the evidence with ids, and what to do."""
    since = since_words(finding.since, zone)
    name = place_words(finding)
    where = name if finding.thing == PROJECT else f"{name} ({finding.thing.id})"
    lines = [f"{check.title}: {where}: {masked_addresses(finding.what)}{f', {since}' if since else ''}.", check.means]
    lines += [f"- {case_words(one)} ({one.ref.id})" for one in finding.examples]
    if finding.count > len(finding.examples):
        lines.append(f"- and {finding.count - len(finding.examples):,} more")
    lines.append(f"What to do: {check.advice}")
    if as_of:
        lines.append(f"As of {clock(parse_instant(as_of), zone)}.")
    return "\n".join(lines) + "\n"
