"""What can stand in a place of the command line, for the shell's completion. Whatever goes wrong offers nothing.

Names are other people's text: one with any character that a shell might act on is not offered, its id is instead.
"""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem, split_arg_string

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]
_MOST = 200
_HARMLESS = re.compile(r"[\w][\w .+-]{0,79}(?<! )")
"""Letters and digits of any script, blanks, dots, plus and minus; neither a blank nor a sign first, no blank last."""


def is_harmless(text: str) -> bool:
    """Whether no shell, and no terminal, does anything with a text but show it, once its blanks are quoted."""
    return text.isprintable() and _HARMLESS.fullmatch(text) is not None


def _quiet(offered: Callable[[click.Context, str], Iterable[str | CompletionItem[str]]]) -> Completer:
    def complete(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
        try:
            items = [one if isinstance(one, CompletionItem) else CompletionItem(one) for one in offered(ctx, typed)]
        except Exception:
            return []
        found = [item for item in items if item.value.casefold().startswith(typed.casefold())]
        return [item for item in found if is_harmless(item.value) or _KNOWN.fullmatch(item.value)][:_MOST]

    return complete


_KNOWN = re.compile(r"[\w,-]+[=]?", re.ASCII)
"""Names of our own: columns, by commas, and what `--where` begins with."""


@_quiet
def resources(_: click.Context, __: str) -> Iterable[str]:
    """Everything that `list` lists."""
    from store.queries.books import NAMES
    from store.queries.views import RESOURCE_VIEWS

    return sorted({*RESOURCE_VIEWS, *NAMES})


@_quiet
def campaigns(_: click.Context, __: str) -> Iterable[CompletionItem[str]]:
    """The cached campaigns: by name where that is harmless and one campaign's alone, else by id."""
    from collections import Counter

    from store.queries.names import campaign_names

    with _reader() as reader:
        known = reader.ask(campaign_names)
    times = Counter(name for _, name in known)
    for identity, name in known:
        words = name if is_harmless(name) else None
        yield CompletionItem(name if words and times[name] == 1 else identity, help=words)


@_quiet
def statuses(_: click.Context, __: str) -> Iterable[str]:
    """The derived statuses of campaigns."""
    from store.domain.status import StatusKind

    return [kind.value for kind in StatusKind]


@_quiet
def kinds(_: click.Context, __: str) -> Iterable[str]:
    """The kinds of records that are found."""
    from store.queries.search_query import KINDS

    return KINDS


@_quiet
def checks(_: click.Context, __: str) -> Iterable[str]:
    """What the cache can be checked for."""
    from store.checks.registry import BY_NAME

    return BY_NAME


@_quiet
def list_statuses(ctx: click.Context, typed: str) -> Iterable[str]:
    """The statuses of the resource that is listed."""
    from store.queries.statuses import known_statuses

    name = _resource()
    if name == "campaigns":
        return [item.value for item in statuses(ctx, ctx.command.params[0], typed)]
    from store.queries.views import RESOURCE_VIEWS

    with _reader() as reader:
        return known_statuses(reader.connection, RESOURCE_VIEWS[name])


@_quiet
def list_columns(_: click.Context, typed: str) -> Iterable[str]:
    """The columns of the resource that is listed, behind those that are typed already."""
    before = typed[: typed.rfind(",") + 1]
    return [before + name for name in _columns()]


@_quiet
def list_conditions(_: click.Context, __: str) -> Iterable[str]:
    """The beginnings of conditions on them."""
    return [f"{name}=" for name in _columns()]


def _columns() -> list[str]:
    from store.queries.books import book_view, is_book
    from store.queries.views import RESOURCE_VIEWS

    name = _resource()
    if not is_book(name):
        return [*RESOURCE_VIEWS[name].columns, *(["status"] if name == "campaigns" else [])]
    with _reader() as reader:
        view = book_view(reader.connection, name)
        return [] if view is None else list(view.columns)


def _resource() -> str:
    """The resource on the line. Click reads no argument of a line that ends with an option which lacks its value."""
    from store.queries.books import is_book
    from store.queries.views import RESOURCE_VIEWS

    words = [word.replace("-", "_") for word in split_arg_string(os.environ.get("COMP_WORDS", ""))]
    return next((word for word in words[2:] if word in RESOURCE_VIEWS or is_book(word)), "")


def _reader() -> Any:
    from contextlib import closing

    from store.config import load_settings
    from tui.project import Project

    return closing(Project(load_settings()).reader())
