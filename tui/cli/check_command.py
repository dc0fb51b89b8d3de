"""`promoscope check`: what in the cached data contradicts itself, with evidence; made to be run after each sync."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from store.checks.baseline import BaselineUnusable, Known, read_baseline, write_baseline
from store.checks.finding import Case, CheckAnswer, Finding, State
from store.checks.registry import BY_NAME, CHECKS
from store.checks.run import run_check
from store.config import Settings, load_settings
from store.days import parse_instant
from store.models import oldest
from store.nearest import did_you_mean
from store.queries.question import Question
from store.words import clock, counted
from tui.checks.words import case_words, lacks_words, place_words, sign_of, since_words, state_words
from tui.cli.completions import checks
from tui.cli.exits import OK, PARTIAL, USAGE, Failure
from tui.cli.output import say, write, write_json
from tui.kit.masking import masked_addresses
from tui.project import Project

FOUND = 1
"""The exit code that says that something was found, as `grep` and `diff` have one."""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="check", epilog=f"Checks: {', '.join(BY_NAME)}.")
@click.argument("names", metavar="[NAME]…", nargs=-1, shell_complete=checks)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--baseline", type=_FILE, metavar="FILE", help="Tell only what this file does not know.")
@click.option(
    "--write-baseline", is_flag=True, help="Write all that is found into that file; from then on it is known."
)
def command(names: tuple[str, ...], as_json: bool, baseline: Path | None, write_baseline: bool) -> int:
    """Check whether the cached data is sound: all checks, or those that are named.

    Exit codes: 0 sound · 1 something was found · 4 nothing was found, but not everything could be checked.
    """
    for name in names:
        if name not in BY_NAME:
            raise Failure(
                f"There is no check “{name}”.{did_you_mean(name, BY_NAME)} There are: {', '.join(BY_NAME)}.", USAGE
            )
    if write_baseline and baseline is None:
        raise Failure("--write-baseline needs --baseline FILE.", USAGE)
    settings = load_settings()
    known = {} if baseline is None else _read(baseline, may_lack=write_baseline)
    seen: dict[str, set[str]] = {}
    answers = _answers(settings, names, known, seen)
    if as_json:
        write_json(_as_json(answers))
    else:
        for one in answers:
            _write_words(one, settings)
    if write_baseline and baseline is not None:
        _keep(baseline, answers, known, seen)
        answers = [one for one in answers if one.state is not State.FINDINGS or one.lacks]
    _say_sum(answers, settings, is_kept=write_baseline)
    if not write_baseline and any(one.state is State.FINDINGS for one in answers):
        return FOUND
    return PARTIAL if any(one.lacks for one in answers) else OK


def _answers(settings: Settings, names: tuple[str, ...], known: Known, seen: dict[str, set[str]]) -> list[CheckAnswer]:
    answers = []
    with closing(Project(settings).reader()) as reader, Question():
        for check in CHECKS:
            if names and check.name not in names:
                continue
            answers.append(
                reader.ask(
                    run_check, check, reader.now(), settings.timezone, settings.currency, reader.week_start,
                    known=known.get(check.name, frozenset()), seen=seen.setdefault(check.name, set()),
                )
            )  # fmt: skip
    return answers


def _read(path: Path, *, may_lack: bool) -> Known:
    try:
        return read_baseline(path)
    except FileNotFoundError:
        if may_lack:
            return {}
        raise Failure(f"There is no baseline {path} yet; --write-baseline makes it.", USAGE) from None
    except BaselineUnusable as error:
        raise Failure(str(error), USAGE) from None
    except OSError as error:
        raise Failure(f"The baseline {path} cannot be read: {error.strerror}.", USAGE) from None


def _keep(path: Path, answers: list[CheckAnswer], known: Known, seen: dict[str, set[str]]) -> None:
    """Write what was found, beside what is known of checks that did not run, or could not look everywhere."""
    kept: dict[str, set[str]] = {name: set(some) for name, some in known.items()}
    for one in answers:
        name = one.check.name
        kept[name] = seen[name] | (kept.get(name, set()) if one.lacks else set())
    try:
        number = write_baseline(path, kept, oldest(*(one.as_of for one in answers)))
    except OSError as error:
        raise Failure(f"The baseline {path} cannot be written: {error.strerror}.", USAGE) from None
    say(f"{counted(number, 'case')} kept in {path}.")


def _write_words(one: CheckAnswer, settings: Settings) -> None:
    from widgets.text import plain

    write(f"{sign_of(one)[0]} {one.check.title}: {state_words(one)}")
    for finding in one.findings:
        since = since_words(finding.since, settings.timezone)
        parts = (place_words(finding), masked_addresses(finding.what), since)
        write(f"    {plain(' · '.join(part for part in parts if part))}")
        for case in finding.examples:
            write(f"      {plain(case_words(case))}")
        if finding.count > len(finding.examples):
            write(f"      and {finding.count - len(finding.examples):,} more")
    if one.findings:
        write(f"    → {one.check.advice}")


def _say_sum(answers: list[CheckAnswer], settings: Settings, *, is_kept: bool) -> None:
    for one in answers:
        if one.lacks:
            say(f"{one.check.name}: {lacks_words(one)}")
    found = [one for one in answers if one.state is State.FINDINGS]
    as_of = oldest(*(one.as_of for one in answers))
    age = f" As of {clock(parse_instant(as_of), settings.timezone)}." if as_of else ""
    if found and not is_kept:
        cases = sum(one.cases for one in found)
        say(f"{counted(len(found), 'check')} found {counted(cases, 'case')}.{age}")
    elif not is_kept:
        words = "nothing was found" if any(one.lacks for one in answers) else "all is sound"
        known = sum(one.silenced for one in answers)
        if known:
            words = f"nothing new was found, {counted(known, 'case')} known"
        say(f"{counted(len(answers), 'check')}: {words}.{age}")


def _as_json(answers: list[CheckAnswer]) -> dict[str, Any]:
    states = Counter(one.state for one in answers)
    counts = {state.value: states[state] for state in State}
    counts["cases"] = sum(one.cases for one in answers)
    counts["known"] = sum(one.silenced for one in answers)
    return {
        "as_of": oldest(*(one.as_of for one in answers)),
        "checks": [_check_json(one) for one in answers],
        "counts": counts,
    }


def _check_json(one: CheckAnswer) -> dict[str, Any]:
    check = one.check
    return {
        "name": check.name, "title": check.title, "severity": check.severity.value, "state": one.state.value,
        "means": check.means, "advice": check.advice, "as_of": one.as_of, "lacks": one.lacks or None,
        "cases": one.cases, "known": one.silenced, "findings": [_finding_json(each) for each in one.findings],
    }  # fmt: skip


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.thing.kind,
        "id": finding.thing.id or None,
        "name": place_words(finding) if finding.called else None,
        "what": masked_addresses(finding.what),
        "since": finding.since,
        "count": finding.count,
        "evidence": [_case_json(one) for one in finding.examples],
    }


def _case_json(case: Case) -> dict[str, Any]:
    return {
        "kind": case.ref.kind, "id": case.ref.id, "name": masked_addresses(case.called),
        "words": masked_addresses(case.words), "since": case.since,
    }  # fmt: skip
