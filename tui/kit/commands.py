"""Every command, declared once: from it come the binding, the key line, the palette entry, the help and the README row.

A command works in one place: everywhere, on the campaign list, on a campaign. Tables, charts and other widgets bring
their own keys; `widget_keys` reads them from the widgets' bindings, so nothing is written twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec

from textual.binding import Binding, BindingType
from textual.widget import Widget


class KeyScope(StrEnum):
    """Where a command works; the value is the heading in help and README."""

    EVERYWHERE = "Everywhere"
    LIST = "Campaign list"
    CAMPAIGN = "Campaign"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a reader can do.

    Attributes:
        id: stable; names it in the settings file's `[keys]`.
        keys: Textual key names, comma separated; "" for palette only.
        action: the action it runs.
        title: one or two words for the key line.
        help: a short sentence for help, palette and README.
        place: where it works.
        shown: whether the key line offers it; the order of declaration is the order there.
        priority: works even while a text field has the focus.
        module: it is offered only when this module exists.
    """

    id: str
    keys: str
    action: str
    title: str
    help: str
    place: KeyScope
    shown: bool = False
    priority: bool = False
    module: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it opens a tab by its number: lists of commands show the nine of them as one."""
        return self.action.startswith("number_tab(")

    def binding(self) -> Binding:
        """The Textual binding."""
        return Binding(
            self.keys, self.action, self.title, show=self.shown, priority=self.priority, tooltip=self.help, id=self.id
        )


COMMANDS: tuple[Command, ...] = (
    Command("app.help", "question_mark,f1", "app.help", "help", "Keys that work here", KeyScope.EVERYWHERE, shown=True),
    Command(
        "app.palette",
        "ctrl+p,colon",
        "app.command_palette",
        "palette",
        "Find any command by typing",
        KeyScope.EVERYWHERE,
    ),
    Command(
        "app.sync",
        "R",
        "app.sync_routine",
        "sync",
        "Sync campaigns and all that was opened; goes on after a stop",
        KeyScope.EVERYWHERE,
    ),
    Command(
        "app.cancel_sync",
        "ctrl+x",
        "app.cancel_sync",
        "cancel sync",
        "Stop the sync; what was read is kept",
        KeyScope.EVERYWHERE,
        priority=True,
    ),
    Command(
        "app.sync_panel",
        "P",
        "app.toggle_sync_panel",
        "progress",
        "Show or hide how the sync is going",
        KeyScope.EVERYWHERE,
    ),
    Command(
        "app.theme",
        "",
        "app.next_theme",
        "theme",
        "Change between dark, light and the terminal's own colours",
        KeyScope.EVERYWHERE,
    ),
    Command(
        "app.save_copied",
        "",
        "app.save_copied",
        "save copied",
        "Write what was copied last to a private file",
        KeyScope.EVERYWHERE,
    ),
    Command(
        "app.back", "q", "app.back", "back", "Back to where you were; quits from the campaign list", KeyScope.EVERYWHERE
    ),
    Command(
        "app.read_again",
        "ctrl+r",
        "app.read_again",
        "read again",
        "Read again what could not be read",
        KeyScope.EVERYWHERE,
    ),
    Command(
        "app.suspend",
        "ctrl+z",
        "app.suspend_process",
        "suspend",
        "Back to the shell; `fg` returns",
        KeyScope.EVERYWHERE,
        priority=True,
    ),
    Command("app.quit", "ctrl+q", "app.quit", "quit", "Quit at once", KeyScope.EVERYWHERE, priority=True),
    Command("list.open", "enter", "open", "open", "Open the campaign under the cursor", KeyScope.LIST, shown=True),
    Command(
        "list.filter",
        "slash",
        "filter",
        "filter",
        "Filter by name, id, category, metadata, type: or status:",
        KeyScope.LIST,
        shown=True,
    ),
    Command("list.types", "T", "choose_types", "type", "Show one campaign type", KeyScope.LIST, shown=True),
    Command("list.statuses", "S", "choose_status", "status", "Show one status", KeyScope.LIST, shown=True),
    Command(
        "list.sort",
        "s",
        "choose_sort",
        "sort",
        "Sort by any column; press again to reverse",
        KeyScope.LIST,
        shown=True,
    ),
    Command("list.clear", "escape", "clear", "clear", "Clear filters, then marks", KeyScope.LIST, shown=True),
    Command(
        "list.refresh",
        "r",
        "refresh_campaign",
        "refresh",
        "Read this campaign, or the marked ones, from the API",
        KeyScope.LIST,
        shown=True,
    ),
    Command(
        "list.preview",
        "p",
        "toggle_preview",
        "preview",
        "Show or hide the campaign beside the list",
        KeyScope.LIST,
        shown=True,
    ),
    Command(
        "list.copy_id", "y", "copy_id", "copy id", "Copy the id, or those of the marked", KeyScope.LIST, shown=True
    ),
    Command(
        "list.copy_markdown",
        "Y",
        "copy_markdown",
        "copy as Markdown",
        "Copy the campaign, or the marked, as Markdown",
        KeyScope.LIST,
    ),
    Command("list.json", "J", "show_json", "JSON", "The campaign as the API sent it", KeyScope.LIST, shown=True),
    Command(
        "list.history",
        "H",
        "show_history",
        "history",
        "The campaign as it was at an earlier sync",
        KeyScope.LIST,
        module="tui.kit.history_screen",
    ),
    Command(
        "list.dashboard", "o", "open_dashboard", "dashboard", "Its address in the Voucherify dashboard", KeyScope.LIST
    ),
    Command(
        "campaign.range",
        "d",
        "choose_range",
        "range",
        "Choose the dates, the comparison and the bucket",
        KeyScope.CAMPAIGN,
        shown=True,
    ),
    Command(
        "campaign.refresh",
        "r",
        "refresh_campaign",
        "refresh",
        "Read this campaign from the API",
        KeyScope.CAMPAIGN,
        shown=True,
    ),
    Command("campaign.tabs", "full_stop", "choose_tab", "tabs", "Pick a tab by typing", KeyScope.CAMPAIGN, shown=True),
    Command(
        "campaign.previous_tab",
        "left_square_bracket",
        "step_tab(-1)",
        "tab before",
        "The tab before",
        KeyScope.CAMPAIGN,
    ),
    Command(
        "campaign.next_tab", "right_square_bracket", "step_tab(1)", "tab after", "The tab after", KeyScope.CAMPAIGN
    ),
    *(
        Command(
            f"campaign.tab_{number}",
            str(number),
            f"number_tab({number})",
            f"tab {number}",
            f"Tab {number}",
            KeyScope.CAMPAIGN,
        )
        for number in range(1, 10)
    ),
    Command("campaign.copy_id", "y", "copy_id", "copy id", "Copy the campaign's id", KeyScope.CAMPAIGN),
    Command(
        "campaign.copy_markdown",
        "Y",
        "copy_markdown",
        "copy as Markdown",
        "Copy its header as Markdown",
        KeyScope.CAMPAIGN,
    ),
    Command(
        "campaign.json", "J", "show_json", "JSON", "The campaign as the API sent it", KeyScope.CAMPAIGN, shown=True
    ),
    Command(
        "campaign.history",
        "H",
        "show_history",
        "history",
        "The campaign as it was at an earlier sync",
        KeyScope.CAMPAIGN,
        shown=True,
        module="tui.kit.history_screen",
    ),
    Command(
        "campaign.dashboard",
        "o",
        "open_dashboard",
        "dashboard",
        "Its address in the Voucherify dashboard",
        KeyScope.CAMPAIGN,
    ),
    Command("campaign.back", "escape", "app.back", "back", "Back to where you were", KeyScope.CAMPAIGN, shown=True),
)

_OF_ANY_SUBJECT = ("choose_range", "choose_tab", "step_tab", "number_tab", "app.back")
"""What `SubjectScreen` does by itself."""
NUMBERS = tuple(command.id for command in COMMANDS if command.is_number)
"""Ids of the commands that open a tab by its number, from 1."""
IDS = frozenset(command.id for command in COMMANDS)


def offered(place: KeyScope | None = None) -> Iterator[Command]:
    """The commands of a place, or all; those whose screen is not part of this version are left out."""
    for command in COMMANDS:
        if (place is None or command.place is place) and (not command.module or _exists(command.module)):
            yield command


def bindings_of(place: KeyScope) -> list[BindingType]:
    """The bindings of a place, for a screen's or the app's `BINDINGS`."""
    return [command.binding() for command in offered(place) if command.keys]


def subject_bindings() -> list[BindingType]:
    """The bindings that every screen about one thing has: dates, tabs and the way back."""
    return [command.binding() for command in offered(KeyScope.CAMPAIGN) if command.action.startswith(_OF_ANY_SUBJECT)]


def all_bindings(kind: type[Widget]) -> list[BindingType]:
    """The bindings of a widget's class and of its bases up to Textual's own."""
    found: list[BindingType] = []
    for base in kind.__mro__:
        if base.__module__.startswith("textual"):
            continue
        found += [binding for binding in base.__dict__.get("BINDINGS", []) if binding not in found]
    return found


def widget_keys(bindings: Iterable[BindingType]) -> list[tuple[str, str]]:
    """Keys and what they do, of a widget's own bindings; those without words are left out."""
    rows: list[tuple[str, str]] = []
    for binding in bindings:
        if isinstance(binding, Binding):
            rows.append((binding.key, binding.tooltip or binding.description))
        elif len(binding) > 2:
            rows.append((binding[0], binding[2]))
    return [(keys, words) for keys, words in rows if words]


def key_rows(place: KeyScope) -> list[tuple[str, str]]:
    """Keys and help of a place's commands; the nine tab numbers are one row."""
    rows = [(command.keys, command.help) for command in offered(place) if command.keys and not command.is_number]
    if any(command.is_number for command in offered(place)):
        rows.append(("1-9", "Tabs by number"))
    return rows


def key_words(keys: str) -> str:
    """Textual key names as people read them: `question_mark,f1` is `? F1`."""
    return " ".join(_KEY_SIGNS.get(key.strip(), _spelled(key.strip())) for key in keys.split(","))


def key_table_markdown(tables: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()) -> str:
    """The README's key table.

    Args:
        tables: further groups, such as a widget's keys: heading and rows of keys and words.
    """
    groups = [(place.value, key_rows(place)) for place in KeyScope] + [(name, list(rows)) for name, rows in tables]
    lines = ["| Where | Key | What it does |", "| --- | --- | --- |"]
    for name, rows in groups:
        for keys, words in rows:
            shown = " ".join(f"`{part}`" for part in key_words(keys).split())
            lines.append(f"| {name} | {shown} | {words} |")
    return "\n".join(lines) + "\n"


def _exists(module: str) -> bool:
    return find_spec(module) is not None


def _spelled(key: str) -> str:
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdecimal() else key


_KEY_SIGNS = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
