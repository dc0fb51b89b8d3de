"""`promoscope listen`: receive the project's webhooks and keep them in the cache."""

import contextlib
import ipaddress
import queue
import signal
import socket
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import click

from store.config import Settings, load_settings, load_webhook_secret
from tui.cli.exits import CREDENTIALS, OK, USAGE, Failure
from tui.cli.output import say, write_json
from tui.project import Project, open_writer

if TYPE_CHECKING:
    from store.cache.deliveries import Delivery, Kept
    from store.webhooks.intake import Outcome
    from store.webhooks.receiver import Receiver

DEFAULT_PORT = 8425
_LOCK_MS = 2_000
"""How long one attempt waits for another program's lock: what is sent waits ten seconds for all of them (API §8)."""

Outcomes: TypeAlias = "queue.SimpleQueue[Outcome | None]"


@click.command(name="listen")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 for any free one.",
)
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="Stop after so many new deliveries.")
@click.option("--once", is_flag=True, help="Same as --count 1.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout for each delivery that is kept.")
def command(host: str, port: int, count: int | None, once: bool, as_json: bool) -> int:
    """Receive webhooks and keep them: they show up in a campaign's Activity and in `list webhook_deliveries`.

    Signatures are checked when the project's webhook secret is known: VOUCHERIFY_WEBHOOK_SECRET, or the profile's
    webhook_secret_file or webhook_secret_command. Voucherify sends to HTTPS addresses, so put a tunnel or a proxy
    in front of this port.
    """
    settings = load_settings()
    if not settings.app_id:
        said = "VOUCHERIFY_APP_ID is not set. It says whose deliveries the cache keeps; the token is not needed."
        raise Failure(said, CREDENTIALS)
    secret = load_webhook_secret()
    if secret is None and not _is_loopback(host):
        said = f"Without the webhook secret anybody who reaches {host} could write to the cache."
        raise Failure(f"{said} Set VOUCHERIFY_WEBHOOK_SECRET, or listen on 127.0.0.1.", USAGE)
    project = Project(settings)
    _prepare(project)
    outcomes: Outcomes = queue.SimpleQueue()
    with _receiving(project, host, port, secret, outcomes) as receiver, _signals_as_end(outcomes):
        _introduce(receiver.url, settings, checked=secret is not None)
        _narrate(outcomes, 1 if once else count, as_json=as_json)
    return OK


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_PASSIVE)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)


def _prepare(project: Project) -> None:
    """Bring the cache up to date, or refuse one that mirrors another project, before anything is received."""
    from store.cache.errors import CacheLocked

    try:
        with open_writer(project):
            pass
    except CacheLocked as error:
        say(f"{error} A delivery waits {_patience():.0f} s for it, then it is answered 503, to be sent again.")


def _patience() -> float:
    from store.webhooks.intake import PATIENCE

    return PATIENCE


@contextlib.contextmanager
def _receiving(project: Project, host: str, port: int, secret: str | None, outcomes: Outcomes) -> Iterator["Receiver"]:
    """A receiver that writes to the project's cache and posts what became of each delivery."""
    from store.cache.deliveries import keep_deliveries
    from store.cache.errors import translate_write_errors
    from store.webhooks.intake import Intake
    from store.webhooks.receiver import Receiver

    def keep(deliveries: "Sequence[Delivery]") -> "list[Kept]":
        with open_writer(project, lock_ms=_LOCK_MS) as connection, translate_write_errors():
            return keep_deliveries(connection, deliveries)

    intake = Intake(keep, project.clock, secret=secret, tell=outcomes.put)
    try:
        try:
            receiver = Receiver(intake.take, host, port, unsigned=secret is None)
        except OSError as error:
            why = error.strerror or str(error)
            raise Failure(f"Cannot listen on {host} port {port}: {why}. Choose another --port.", USAGE) from None
        with receiver:
            yield receiver
    finally:
        intake.close()


def _introduce(url: str, settings: Settings, *, checked: bool) -> None:
    say(f"Receiving webhooks at {url} for {settings.profile}, into {settings.database}. ctrl+c ends.")
    if not checked:
        said = (
            "No webhook secret is known, so signatures are not checked: any program that reaches this port is believed."
        )
        say(f"{said} Set VOUCHERIFY_WEBHOOK_SECRET.")


@contextlib.contextmanager
def _signals_as_end(outcomes: Outcomes) -> Iterator[None]:
    """Let ctrl+c and a polite kill end the listening instead of the process; a second one is not so polite."""

    def end(*_: object) -> None:
        outcomes.put(None)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _narrate(outcomes: Outcomes, count: int | None, *, as_json: bool) -> None:
    """Tell of each delivery until a signal comes or enough new ones have."""
    import sys

    new = 0
    while (outcome := outcomes.get()) is not None:
        say(_sentence(outcome))
        kept = outcome.kept
        if kept is None:
            continue
        if as_json:
            write_json(delivery_json(kept))
            sys.stdout.flush()
        new += kept.new
        if count is not None and new >= count:
            return


def _sentence(outcome: "Outcome") -> str:
    kept = outcome.kept
    if kept is None:
        said = f"not kept: {outcome.reason}"
        return f"{said}; Voucherify will send it again" if outcome.verdict.value == 503 else said
    about = " ".join(part for part in (kept.entity_id, *kept.campaign_ids) if part)
    state = f"kept, signature {kept.signature}" if kept.new else "known already"
    return f"{kept.received_at} {kept.type or 'a payload without envelope'} {about or kept.id}: {state}"


def delivery_json(kept: "Kept") -> dict[str, object]:
    """The documented JSON of one delivery."""
    return {
        "id": kept.id,
        "type": kept.type,
        "created_at": kept.created_at,
        "received_at": kept.received_at,
        "entity_id": kept.entity_id,
        "group_id": kept.group_id,
        "campaign_ids": list(kept.campaign_ids),
        "signature": kept.signature,
        "new": kept.new,
    }
