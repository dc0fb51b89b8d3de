"""`promoscope actions [KIND]`: what can be changed, and what each change asks for."""

from typing import Any

import click

from store.actions.action import Action
from store.actions.catalogue import ACTIONS
from store.nearest import did_you_mean
from tui.cli.exits import OK, USAGE, Failure
from tui.cli.output import write, write_json


@click.command(name="actions")
@click.argument("kind", required=False)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(kind: str | None, as_json: bool) -> int:
    """List the actions, of one KIND of record (campaign, voucher, redemption, …) or of all, with their fields.

    Nothing is changed without `writes = true` in the profile and --allow-writes; `promoscope action` then asks before
    it sends anything.
    """
    kinds = {one.kind for one in ACTIONS}
    if kind is not None and kind not in kinds:
        raise Failure(
            f"There are no actions on “{kind}”.{did_you_mean(kind, kinds)} They are on {', '.join(sorted(kinds))}.",
            USAGE,
        )
    found = [one for one in ACTIONS if kind in (None, one.kind)]
    if as_json:
        write_json({"actions": [_as_json(one) for one in found]})
        return OK
    for one in found:
        write(f"{one.kind:<15} {one.id:<16} {one.title}")
        for field in one.fields:
            needed = "" if field.required else " (optional)"
            choices = f" One of {', '.join(field.choices)}." if field.choices else ""
            write(f"{'':<32} {field.name}: {field.kind.value}{needed}. {field.help}{choices}")
    return OK


def _as_json(one: Action) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "title": one.title, "repeatable": one.is_repeatable,
        "moves_value": one.moves_value, "warning": one.warning or None,
        "fields": [
            {
                "name": field.name, "kind": field.kind.name.lower(), "required": field.required, "help": field.help,
                "choices": list(field.choices), "can_be_empty": field.can_be_empty,
            }
            for field in one.fields
        ],
    }  # fmt: skip
