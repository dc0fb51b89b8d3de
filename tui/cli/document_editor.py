"""Editing the fields of a record as JSON in the editor that people have chosen: VISUAL, then EDITOR."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from store.actions.action import Action, FieldKind, NotOffered, ValueRefused
from store.actions.reading import read_content, record_of
from store.actions.typed_values import edited_keys
from store.api.errors import ApiError
from store.json_text import is_same
from tui.cli.action_rows import Wanted
from tui.cli.exits import USAGE, Failure
from tui.cli.trouble import code_of
from tui.project import Project, open_client
from tui.shell.signals import run_until_stopped


@contextmanager
def edited(project: Project, wanted: Wanted) -> Iterator[Wanted]:
    """What is wanted, with the fields that were changed in the editor. What fails within keeps the text that was typed.

    Raises:
        Failure: no editor, no such action or record, nothing changed, or no JSON.
    """
    action, records = wanted.meant()
    if action.current is None or len(records) != 1 or wanted.sets or wanted.file is not None:
        raise Failure("--edit takes one record, an action “edit”, and no values beside. Nothing was sent.", USAGE)
    command = _editor()
    before = _fields(project, action, records[0])
    text = msgspec.json.format(msgspec.json.encode(before), indent=2).decode() + "\n"
    handle, name = tempfile.mkstemp(prefix="promoscope-", suffix=".json")
    file = Path(name)
    is_kept = False
    try:
        os.close(handle)
        file.write_text(text, encoding="utf-8", newline="")
        _run(command, name)
        typed = _read(file)
        if typed == text:
            raise Failure("Nothing was changed. Nothing was sent.", USAGE)
        try:
            yield replace(wanted, sets=_pairs(action, before, typed))
        except Failure as failure:
            is_kept = True
            raise Failure(f"{failure.message} What you typed is kept in {name}.", failure.code) from None
    finally:
        if not is_kept:
            with suppress(OSError):
                file.unlink()


def _editor() -> list[str]:
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(chosen)
    except ValueError:
        command = []
    if not command:
        raise Failure("No editor is named: set VISUAL or EDITOR. Nothing was sent.", USAGE)
    return command


def _fields(project: Project, action: Action, record_id: str) -> dict[str, Any]:
    """The fields of the record as they are now."""

    async def read() -> dict[str, Any]:
        async with open_client(project) as (client, _):
            record = record_of(action, record_id, await read_content(client, action, record_id))
            return dict(action.current(record)) if action.current is not None else {}

    try:
        return run_until_stopped(read())
    except NotOffered as no:
        raise Failure(f"{record_id}: {no} Nothing was sent.", USAGE) from None
    except ApiError as error:
        raise Failure(f"{record_id}: {error.sentence} Nothing was sent.", code_of(error)) from None


def _run(command: list[str], name: str) -> None:
    try:
        done = subprocess.run([*command, name], check=False)  # noqa: S603 - people name their own editor
    except OSError as error:
        raise Failure(
            f"The editor {command[0]} cannot be started: {error.strerror}. Nothing was sent.", USAGE
        ) from None
    if done.returncode != 0:
        raise Failure(f"The editor ended with code {done.returncode}. Nothing was sent.", USAGE)


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Failure(f"{file} cannot be read as UTF-8. Nothing was sent.", USAGE) from None


def _pairs(action: Action, before: Mapping[str, Any], typed: str) -> tuple[str, ...]:
    """The fields that are other than they were, as they would be typed; of an object the keys that are.

    Raises:
        Failure: it is no JSON object of the action's fields, or lacks a key that cannot be taken away.
    """
    try:
        after = msgspec.json.decode(typed)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Failure(f"It is no JSON: {error}. Nothing was sent.", USAGE) from None
    if not isinstance(after, dict):
        raise Failure("It is no JSON object. Nothing was sent.", USAGE)
    gone = [name for name in before if name not in after]
    if gone:
        raise Failure(f"Leave every field in, with null for nothing: {', '.join(gone)}. Nothing was sent.", USAGE)
    changed = {name: value for name, value in after.items() if not is_same(before.get(name), value)}
    for field in action.fields:
        first, value = before.get(field.name), changed.get(field.name)
        if field.kind is FieldKind.JSON and isinstance(first, dict) and isinstance(value, dict):
            try:
                changed[field.name] = edited_keys(field, first, value)
                if not changed[field.name]:
                    del changed[field.name]
            except ValueRefused as no:
                raise Failure(f"{no} Nothing was sent.", USAGE) from None
    pairs = tuple(f"{name}={_text(value)}" for name, value in changed.items())
    if not pairs:
        raise Failure("Nothing was changed. Nothing was sent.", USAGE)
    return pairs


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
