"""Text broken into lines of a width in terminal cells. Pure."""

from widgets.text import cell_fit, cell_width, plain_lines


def wrap_cells(text: str, width: int) -> list[str]:
    """Clean text and break it at blanks; words wider than a line are cut where the line ends.

    Args:
        text: outside text allowed; its own line breaks stay.
        width: cells per line.

    Returns:
        Lines of at most `width` cells, without blanks at their ends; at least one.
    """
    if width <= 0:
        return [""]
    out: list[str] = []
    for source in plain_lines(text):
        line = ""
        used = 0
        for word in source.split(" "):
            rest, size = word, cell_width(word)
            if line and used + 1 + size <= width:
                line, used = f"{line} {rest}", used + 1 + size
                continue
            if line:
                out.append(line)
            while size > width:
                # A wide character in a column of one cell cannot be shown: its place is left blank.
                part = _head(rest, width) or rest[:1]
                out.append(part if cell_width(part) <= width else " ")
                rest = rest[len(part) :]
                size = cell_width(rest)
            line, used = rest, size
        out.append(line)
    return out


def _head(text: str, width: int) -> str:
    cut = cell_fit(text, width, ellipsis="")
    return cut if cell_width(text[: len(cut)]) <= width else text[: len(cut.rstrip(" "))]
