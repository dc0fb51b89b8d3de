"""Textual's compositor, made to draw only what is seen of a frame's changed part."""

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class FrontCompositor(Compositor):
    """Asks no widget for lines outside of what changed, and none behind one that covers all of it.

    Textual asks each that is under or beside it for all of its lines, and drops them: half of the time a frame takes.
    """

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        changed = self.size.region if crop is None else crop
        lines = Region(0, changed.y, self.size.width, changed.height)
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip).intersection(lines)
            if seen and changed.overlaps(seen):
                yield region, seen, widget.render_lines(seen.translate(-region.offset))
                if seen.contains_region(changed):
                    return
