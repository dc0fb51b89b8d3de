"""`promoscope ledger CODE|CUSTOMER`: every movement of a card, its balance worked out anew, and whether they agree."""

from contextlib import closing
from typing import Any

import click

from store.config import Settings, load_settings
from store.days import parse_instant
from store.domain.movements import movement_words
from store.models import Unit
from store.queries.card_ledger import CardLedger, Waiting, card_ledger, cards_called, cards_of
from store.queries.names import customers_called
from store.queries.question import Question
from store.queries.reader import Reader
from store.words import clock, counted, money, points
from tui.cli.customer_names import one_customer
from tui.cli.exits import USAGE, Failure
from tui.cli.output import say, write, write_json, write_rows
from tui.project import Project


@click.command(name="ledger")
@click.argument("wanted", metavar="CODE|CUSTOMER")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON: for a customer a list of cards.")
def command(wanted: str, as_json: bool) -> int:
    """The movements of a card (code or id), or of all cards of a customer (id, source id or exact e-mail).

    From the cache. The balance is worked out anew from movement to movement and compared with the API's.
    """
    settings = load_settings()
    with closing(Project(settings).reader()) as reader, Question():
        cards, of_customer = _cards(reader, wanted)
        ledgers = [reader.ask(card_ledger, card) for card in cards]
    if as_json:
        answers = [_as_json(one) for one in ledgers]
        write_json({"customer": wanted, "cards": answers} if of_customer else answers[0])
    else:
        for one in ledgers:
            _write_words(one, settings)
    for one in ledgers:
        _say_verdict(one)
    if not ledgers:
        say(f"The customer “{wanted}” has no gift or loyalty card in the cache.")
    return 0


def _cards(reader: Reader, wanted: str) -> tuple[list[str], bool]:
    """The cards meant, and whether by their holder."""
    found = reader.ask(cards_called, wanted)
    if len(found) > 1:
        said = f"{len(found)} cards have the code “{wanted}”: {', '.join(found)}. Name one by its id."
        raise Failure(said, USAGE)
    if found:
        return found, False
    holders = reader.ask(customers_called, wanted)
    if not holders:
        said = f"There is no code and no customer “{wanted}” in the cache."
        raise Failure(f"{said} `promoscope sync --campaign ID` reads a campaign's codes and movements.", USAGE)
    return reader.ask(cards_of, one_customer(holders, wanted)), True


def _as_json(one: CardLedger) -> dict[str, Any]:
    return {
        "card": one.code,
        "unit": None if one.unit is None else one.unit.value,
        "movements": [
            {"id": move.id, "at": move.at or None, "type": move.type, "change": move.change, "balance": move.balance,
             "recomputed": move.recomputed}
            for move in one.movements
        ],
        "adds_up": one.adds_up,
        "first_gap": one.first_gap,
    }  # fmt: skip


def _write_words(one: CardLedger, settings: Settings) -> None:
    from widgets.text import plain

    def amount(value: int | None) -> str:
        return money(value, settings.currency) if one.unit is Unit.MINOR else points(value)

    write(" · ".join(plain(part) for part in (one.code, one.campaign or "", f"holds {amount(one.balance)}") if part))
    if one.opening:
        write(f"It held {amount(one.opening)} before its first movement.")
    rows = (
        {
            "at": clock(parse_instant(move.at), settings.timezone) if move.at else None,
            "movement": movement_words(move.type),
            "change": amount(move.change),
            "balance": amount(move.balance),
            "recomputed": amount(move.recomputed) + ("" if move.agrees is not False else " differs"),
            "why": move.reason,
        }
        for move in one.movements
    )
    write_rows(rows, ("at", "movement", "change", "balance", "recomputed", "why"), "table")
    for words, waiting in (("Pending", one.pending), ("Expiring", one.expiring)):
        if waiting:
            write(f"{words}: {'; '.join(_day_words(each) for each in waiting)}")
    write("")


def _day_words(one: Waiting) -> str:
    number = points(one.points)
    return f"{number} on {one.day[:10]}" if one.day else f"{number} without a day"


def _say_verdict(one: CardLedger) -> None:
    moves = counted(len(one.movements), "movement")
    if one.adds_up:
        say(f"{one.code}: {moves} add up to the balance.")
    elif one.adds_up is False:
        say(f"{one.code}: {moves} do not add up: {one.note}.")
    else:
        say(f"{one.code}: whether {moves} add up is not known: {one.note}.")
