"""The world's resources as columns with documents made on demand.

A world of 150,000 records must exist at once, so records are columns of plain values, which may themselves be made
when first asked for; a document is rendered only when a page shows it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Table:
    """One resource: equal-length columns and a way to render row `i` as the API's document.

    Attributes:
        name: the resource's name as in the API (`vouchers`, `redemptions`, …).
        columns: what routes filter, sort and look up by; always has `id` and, where the API has them,
            `created_at` and `updated_at` as UTC text (`None` where the API sends null or nothing).
        render: row index to document, deterministic.
        version: grows with every change, so that indexes built over the columns know when they are stale.
    """

    name: str
    columns: Mapping[str, list[Any]]
    render: Callable[[int], Document]
    version: int = field(default=0)

    def __len__(self) -> int:
        return len(self.columns["id"])

    def column(self, name: str) -> Sequence[Any]:
        """The values of one column, in row order. Raises KeyError for a column the resource lacks."""
        return self.columns[name]

    def document(self, index: int) -> Document:
        """The API's document of row `index`."""
        return self.render(index)
