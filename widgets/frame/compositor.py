"""Textual's compositor, made to draw only what is seen of a frame's changed part."""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any

from rich.console import RenderableType
from textual._compositor import Compositor
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip

from widgets.app_part import AppPart


class HoldsFrames(AppPart):
    """An app that tells whether a batch of updates holds its frames back."""

    _batches = 0

    @contextmanager
    def batch_update(self) -> Generator[None, None, None]:
        """Show nothing until the end of the batch."""
        self._batches += 1
        try:
            with super().batch_update():
                yield
        finally:
            self._batches -= 1

    @property
    def holds_frames(self) -> bool:
        """Whether nothing that is drawn now would be shown."""
        return self._batches > 0


def holds_frames(app: App[Any]) -> bool:
    """Whether an app is known to show nothing now."""
    return isinstance(app, HoldsFrames) and app.holds_frames


class FrontCompositor(Compositor):
    """Asks no widget for lines outside of what changed, and none behind one that covers all of it.

    Textual asks each that is under or beside it for all of its lines, and drops them: half of the time a frame takes.

    Args:
        holds_back: whether what is drawn now is not shown. Then nothing is drawn, and what changed is drawn later.
    """

    def __init__(self, holds_back: Callable[[], bool]) -> None:
        super().__init__()
        self._holds_back = holds_back

    def render_update(self, *args: Any, **options: Any) -> RenderableType | None:
        """What a frame changes; None for nothing, or nothing yet."""
        return None if self._holds_back() else super().render_update(*args, **options)

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        changed = self.size.region if crop is None else crop
        lines = Region(0, changed.y, self.size.width, changed.height)
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip).intersection(lines)
            if seen and changed.overlaps(seen):
                yield region, seen, widget.render_lines(seen.translate(-region.offset))
                if seen.contains_region(changed):
                    return
