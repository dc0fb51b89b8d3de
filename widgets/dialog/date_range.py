"""The dialog that chooses days: presets, free dates, comparison and the size of the buckets."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Label, OptionList, RadioButton, RadioSet
from textual.widgets.option_list import Option

from store import words as fmt
from store.words import Bucket
from widgets.dialog.commands import DATE_RANGE
from widgets.dialog.date_presets import PRESETS, DateRange, between, parse_day, previous

_BUCKETS: tuple[tuple[Bucket, str], ...] = tuple((bucket, f"{bucket}s") for bucket in Bucket)


@dataclass(frozen=True, slots=True)
class DateChoice:
    """What the user chose.

    Attributes:
        range: the days.
        compare: whether figures stand against the period before.
        bucket: what one point of a chart sums up.
    """

    range: DateRange
    compare: bool = True
    bucket: Bucket = Bucket.DAY

    @property
    def previous(self) -> DateRange | None:
        """The period to compare with, when wanted and when there is one."""
        return previous(self.range) if self.compare else None


class _Tick(Checkbox):
    """A checkbox whose state is a letter: the stock one shows it by colour alone."""

    def render(self) -> Content:
        return Content.assemble("[x] " if self.value else "[ ] ", self.label)


class _Choice(RadioButton):
    """A radio button whose state is a letter too."""

    def render(self) -> Content:
        return Content.assemble("(x) " if self.value else "( ) ", self.label)


class DateRangeDialog(ModalScreen[DateChoice | None]):
    """Choose a range; dismisses with a `DateChoice`, or `None` on esc.

    Use it so::

        own = DateRange(first_day, last_day, "campaign's life")
        choice = await app.push_screen_wait(DateRangeDialog(choice, today, own=own))

    `enter` on a preset takes it at once; the free dates are taken with `enter` in either line.
    """

    DEFAULT_CSS = """
    DateRangeDialog { align: center middle; }
    DateRangeDialog > Vertical {
        width: 68; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $border; padding: 0 1;
    }
    DateRangeDialog #range-parts { height: 11; }
    DateRangeDialog #range-own Label { margin-top: 1; }
    DateRangeDialog OptionList { width: 22; height: 9; background: $surface; padding: 0; margin-top: 1; }
    DateRangeDialog OptionList, DateRangeDialog OptionList:focus { border: none; }
    DateRangeDialog #range-own { width: 1fr; height: auto; padding: 0 0 0 2; }
    DateRangeDialog Input, DateRangeDialog Input:focus { height: 1; border: none; padding: 0 1; background: $boost; }
    DateRangeDialog Input:focus { background: $foreground 15%; }
    DateRangeDialog Label { color: $text-muted; }
    DateRangeDialog Checkbox, DateRangeDialog RadioSet { border: none; padding: 0; background: $surface; }
    DateRangeDialog Checkbox { margin-top: 1; }
    DateRangeDialog RadioSet { layout: horizontal; height: 1; }
    DateRangeDialog RadioButton { width: auto; margin-right: 2; background: $surface; padding: 0; }
    DateRangeDialog #range-note { height: 2; width: 100%; color: $text-muted; }
    DateRangeDialog #range-note.-wrong { color: $text-error; }
    DateRangeDialog Button { margin-left: 1; }
    DateRangeDialog #range-keys { height: 1; align-horizontal: right; }
    DateRangeDialog.-low {
        & #range-parts { height: 9; }
        & #range-own Label, & OptionList, & Checkbox { margin-top: 0; }
    }
    DateRangeDialog.-slim {
        & OptionList { width: 17; }
        & #range-own { padding: 0 0 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = DATE_RANGE.bindings

    def __init__(
        self,
        choice: DateChoice,
        today: date,
        *,
        own: DateRange | None = None,
        zone_name: str = "UTC",
    ) -> None:
        """Prepare the dialog.

        Args:
            choice: what is in force now.
            today: in the project's time zone.
            own: of what is looked at; offered below the presets, by its label.
            zone_name: of the project, shown in the title.
        """
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (17, "-high")]
        self.HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (68, "-broad")]
        self._choice = choice
        self._today = today
        self._ranges: dict[str, DateRange] = {name: make(today) for name, make in PRESETS.items()}
        if own is not None:
            self._ranges["own"] = own
        self._zone_name = zone_name

    def compose(self) -> ComposeResult:
        """Presets at the left, own dates at the right."""
        shown = self._choice.range
        with Vertical() as box:
            box.border_title = Content(f"Date range · {self._zone_name}")
            box.border_subtitle = Content("enter takes · tab own dates · esc closes")
            with Horizontal(id="range-parts"):
                options = (Option(Content(one.title), id=name) for name, one in self._ranges.items())
                yield OptionList(*options, id="range-presets")
                with Vertical(id="range-own"):
                    yield Label("From")
                    yield _line(shown.start, "open start", "range-from")
                    yield Label("To, included")
                    yield _line(shown.end, "open end", "range-to")
                    yield _Tick(
                        "compare with the period before", self._choice.compare, id="range-compare", compact=True
                    )
                    with RadioSet(id="range-bucket", compact=True):
                        for bucket, title in _BUCKETS:
                            yield _Choice(title, bucket == self._choice.bucket, id=f"bucket-{bucket}", compact=True)
            yield Label("", id="range-note")
            with Horizontal(id="range-keys"):
                yield Button("Take", variant="primary", id="range-take", compact=True)
                yield Button("Close", id="range-close", compact=True)

    def on_mount(self) -> None:
        """Start on the preset in force."""
        presets = self.query_one("#range-presets", OptionList)
        for index in range(presets.option_count):
            if self._preset(presets.get_option_at_index(index).id) == self._choice.range:
                presets.highlighted = index
        presets.focus()
        self._note(self._choice.range)

    def action_dismiss_none(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    def action_take_own(self) -> None:
        """Take the dates as typed, or say what is wrong with them."""
        chosen = self._own()
        if chosen is not None:
            self.dismiss(self._chosen(chosen))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        shown = self._preset(event.option_id)
        self._note(shown)
        for place, day in (("#range-from", shown.start), ("#range-to", shown.end)):
            with self.prevent(Input.Changed):
                self.query_one(place, Input).value = day.isoformat() if day else ""

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._chosen(self._preset(event.option_id)))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._own()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_take_own()

    @on(Checkbox.Changed)
    def _compared(self, event: Checkbox.Changed) -> None:
        event.stop()
        self._own()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "range-take":
            self.action_take_own()
        else:
            self.dismiss(None)

    def _preset(self, option_id: str | None) -> DateRange:
        return self._ranges[option_id or ""]

    def _own(self) -> DateRange | None:
        """The range in the two lines; shows it, or what is wrong, below."""
        try:
            start, end = (
                parse_day(self.query_one(place, Input).value, self._today) for place in ("#range-from", "#range-to")
            )
            chosen = between(start, end)
        except ValueError as error:
            self._say(str(error), wrong=True)
            return None
        presets = self.query_one("#range-presets", OptionList)
        if presets.highlighted is not None:
            named = self._preset(presets.get_option_at_index(presets.highlighted).id)
            if (named.start, named.end) == (chosen.start, chosen.end):
                chosen = named
        self._note(chosen)
        return chosen

    def _chosen(self, chosen: DateRange) -> DateChoice:
        pressed = self.query_one("#range-bucket", RadioSet).pressed_index
        return DateChoice(
            chosen,
            self.query_one("#range-compare", Checkbox).value,
            _BUCKETS[pressed][0] if pressed >= 0 else Bucket.DAY,
        )

    def _note(self, chosen: DateRange) -> None:
        days = chosen.days
        text = fmt.day_range(chosen.start, chosen.end) if chosen.start or chosen.end else "all time"
        if days is not None:
            text += f" · {fmt.counted(days, 'day')}"
        before = previous(chosen)
        if self.query_one("#range-compare", Checkbox).value:
            text += f"\n{before.label}" if before else "\nan open range has no period before it"
        self._say(text)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        label = self.query_one("#range-note", Label)
        label.update(Content(text))
        label.set_class(wrong, "-wrong")


def _line(day: date | None, placeholder: str, name: str) -> Input:
    line = Input(day.isoformat() if day else "", placeholder=f"{placeholder} · 2026-11-20, 7d", id=name)
    line.cursor_blink = False
    return line
