"""`promoscope show ID`: one cached record of any kind, what it leads to, and its document."""

from contextlib import closing
from typing import Any

import click
import msgspec

from store import words as fmt
from store.config import Settings, load_settings
from store.days import parse_instant
from store.queries.campaigns import campaigns_called
from store.queries.question import Question
from store.queries.reader import Reader
from store.queries.record import Link, Record, read_record
from store.queries.search_hits import Hit
from store.ref import SEARCH, Ref
from store.times import utc_text
from tui.cli.campaign_names import near_campaigns, one_campaign
from tui.cli.completions import campaigns
from tui.cli.exits import USAGE, Failure
from tui.cli.output import say, write, write_json
from tui.cli.record_names import one_record
from tui.kit.masking import is_personal_column, masked, masked_addresses, masked_document
from tui.project import Project


@click.command(name="show")
@click.argument("wanted", metavar="ID", shell_complete=campaigns)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON, with the document as received.")
@click.option("--reveal", is_flag=True, help="Customers' names and addresses in full.")
def command(wanted: str, as_json: bool, reveal: bool) -> int:
    """Print the cached record ID: any id, a campaign's exact name, a code, an address, an order, or KIND:ID.

    Names and addresses of customers are masked. Amounts are as stored: minor units, or points.
    """
    settings = load_settings()
    with closing(Project(settings).reader()) as reader, Question():
        ref = _meant(reader, wanted)
        record = None if ref.kind == SEARCH else reader.ask(read_record, ref, reader.now(), reader.zone)
        if record is None:
            hint = near_campaigns(reader.connection, wanted)
            said = f"Nothing cached is called “{wanted}”.{hint} `promoscope search` looks for parts of names, and asks"
            raise Failure(f"{said} the API with --ask.", USAGE)
    if as_json:
        write_json(_as_json(record, reveal=reveal))
    else:
        _write_words(record, settings, reveal=reveal)
        if not reveal:
            say("Names and addresses are masked; --reveal shows them. --json has the document as received.")
    return 0


def _meant(reader: Reader, wanted: str) -> Ref:
    if campaigns_called(reader.connection, wanted):
        return Ref.campaign(one_campaign(reader.connection, wanted))
    return one_record(reader, wanted)


def _label(hit: Hit, *, reveal: bool) -> str:
    return hit.label if reveal else masked(hit.label) if hit.is_personal else masked_addresses(hit.label)


def _shown(kind: str, name: str, value: Any, *, reveal: bool) -> Any:
    """A value of a record's row, masked where it is personal."""
    if reveal or not isinstance(value, str):
        return value
    return masked(value) if is_personal_column(kind, name) else masked_addresses(value)


def _as_json(record: Record, *, reveal: bool) -> dict[str, Any]:
    hit = record.hit
    document: Any = None
    if record.document is not None:
        document = msgspec.Raw(record.document.encode()) if reveal else masked_document(record.document)
        if reveal and not _is_json(record.document):
            document = record.document
    values = {name: _shown(hit.ref.kind, name, value, reveal=reveal) for name, value in record.values.items()}
    return {
        "kind": hit.ref.kind, "id": hit.ref.id, "label": _label(hit, reveal=reveal), "status": hit.status,
        "campaign_id": hit.campaign_id, "campaign": hit.campaign, "date": hit.date, "values": values,
        "links": [_link_json(link, reveal=reveal) for link in record.links], "document": document,
    }  # fmt: skip


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return True


def _link_json(link: Link, *, reveal: bool) -> dict[str, Any]:
    hit = link.hit
    return {
        "relation": link.relation, "kind": hit.ref.kind, "id": hit.ref.id, "label": _label(hit, reveal=reveal),
        "cached": link.is_cached,
    }  # fmt: skip


def _write_words(record: Record, settings: Settings, *, reveal: bool) -> None:
    from widgets.text import plain

    hit = record.hit
    title = (hit.ref.kind.replace("_", " "), _label(hit, reveal=reveal), hit.status)
    write(" · ".join(plain(part) for part in title if part))
    rows = [(name, _words(hit.ref.kind, name, value, settings, reveal)) for name, value in record.values.items()]
    rows += [
        (
            "leads to",
            f"{link.relation}: {link.hit.ref.kind}:{link.hit.ref.id}{'' if link.is_cached else ', not cached'}",
        )
        for link in record.links
    ]
    width = max(len(name) for name, _ in rows) if rows else 0
    for name, words in rows:
        write(f"{name:<{width}}  {plain(words)}")


def _words(kind: str, name: str, value: Any, settings: Settings, reveal: bool) -> str:
    text = str(_shown(kind, name, value, reveal=reveal))
    if text == utc_text(value):
        return f"{fmt.clock(parse_instant(text), settings.timezone)}"
    return text
