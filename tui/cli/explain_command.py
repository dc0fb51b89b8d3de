"""`promoscope explain REF`: why something was refused, or whether a code would pass, with the evidence."""

from contextlib import closing
from dataclasses import replace

import click

from store.config import Settings, load_settings
from store.explain.answer import Attempt, Explanation
from store.explain.circumstances import Circumstances
from store.explain.explain import explain
from store.explain.paste import Hide, as_document, as_is
from store.queries.names import person
from store.queries.question import Question
from store.queries.reader import Reader
from store.ref import CUSTOMER, VOUCHER
from tui.cli.attempt_options import amount_option, moment_of
from tui.cli.exits import OK, USAGE, Failure
from tui.cli.explain_reading import read_missing
from tui.cli.explain_ref import explained_ref
from tui.cli.output import say, write_json, write_lines
from tui.kit.masking import masked, masked_addresses
from tui.project import Project


@click.command(name="explain")
@click.argument("wanted", metavar="REF")
@click.option("--customer", metavar="X", help="Who would redeem the code: an id or source id.")
@click.option("--order", callback=amount_option, metavar="AMOUNT", help="The order before discounts: 49.90.")
@click.option("--at", metavar="WHEN", help="A day or time by the project's clock; now by default.")
@click.option("--online", is_flag=True, help="First read what is missing from the API: three calls at most.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--reveal", is_flag=True, help="Customers' names and addresses in full.")
def command(
    wanted: str, customer: str | None, order: int | None, at: str | None, online: bool, as_json: bool, reveal: bool
) -> int:
    """Why REF was refused, with evidence, from the cache; of a code, whether it would pass.

    REF is the id of a redemption, publication or event, a code, a failure code, `customer:ID` or `campaign:ID`.
    --customer, --order and --at are assumed of an attempt on a code.
    """
    settings = load_settings()
    project = Project(settings)
    attempt = Attempt(customer, order, moment_of(at, project.clock.now(), settings.timezone) if at else None)
    code = OK
    with closing(project.reader()) as reader:
        subject = reader.ask(lambda connection: explained_ref(reader, connection, wanted))
        if online:
            code = read_missing(project, reader, wanted, subject)
            subject = reader.ask(lambda connection: explained_ref(reader, connection, wanted))
        if subject is None:
            hint = "" if online else " --online asks the API for it."
            raise Failure(f"Nothing that is cached is called “{wanted}”.{hint}", USAGE)
        with Question():
            about = circumstances(reader, settings)
            told = reader.ask(explain, subject, attempt, about)
            told = _with_name(reader, told, reveal=reveal)
    if attempt != Attempt() and subject.kind != VOUCHER:
        say("--customer, --order and --at are assumed of codes alone: what was tried is explained as it was.")
    _write(told, about, as_is if reveal else masked_addresses, as_json=as_json)
    return code


def circumstances(reader: Reader, settings: Settings) -> Circumstances:
    """What surrounds a question of this profile."""
    return Circumstances(reader.now(), reader.zone, reader.week_start, settings.currency)


def _with_name(reader: Reader, told: Explanation, *, reveal: bool) -> Explanation:
    """The same with what the customer is called, masked unless it is revealed."""
    customer = next((identity for name, identity in told.ids if name == CUSTOMER), None)
    known = person(reader.connection, customer or (told.subject.id if told.subject.kind == CUSTOMER else None))
    if known is None:
        return told
    named = [("called", known.name), ("e-mail", known.email)]
    more = tuple((name, text if reveal else masked(text)) for name, text in named if text)
    return replace(told, ids=(*told.ids, *more))


def _write(told: Explanation, about: Circumstances, hide: Hide, *, as_json: bool) -> None:
    if as_json:
        write_json(as_document(told, about, hide))
        return
    # Late: a script that asks for JSON needs no layout.
    from tui.cli.explain_text import text_of_explanation

    write_lines(text_of_explanation(told, about, hide))
