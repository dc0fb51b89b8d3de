"""Arbitrary JSON, and documents shaped like the API's with arbitrary JSON in any place."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

SCALARS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "[/x]", "\x1b[31m", "\u202e", "2026-01-01T00:00:00Z", "P1D", "12", "null"])
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def shaped(members: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of the named members, each as described or anything else."""
    return st.fixed_dictionaries({}, optional={name: value | JSON for name, value in members.items()})
