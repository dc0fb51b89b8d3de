import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.documents import MISSING, DocumentChange, diff, flatten, revert
from tests.support.json_values import JSON

OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c/d", "~", ""]), JSON, max_size=4)
STATES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3) | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "c/d", "~1", ""]), inner, max_size=4),
    max_leaves=10,
)

DIFFERENCES = [
    ({"a": 1}, {"a": 1}, []),
    ({"a": 1}, {"a": 2}, [("/a", 1, 2)]),
    ({"a": 1}, {}, [("/a", 1, MISSING)]),
    ({}, {"a": None}, [("/a", MISSING, None)]),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("/a/c", 2, 3)]),
    ({"a": [1, 2]}, {"a": [1, 3]}, [("/a", [1, 2], [1, 3])]),
    ({"a": 1}, {"a": True}, [("/a", 1, True)]),
    ({"a": [0]}, {"a": [False]}, [("/a", [0], [False])]),
    ({"a/b": 1, "~": 1}, {"a/b": 2, "~": 2}, [("/a~1b", 1, 2), ("/~0", 1, 2)]),
    ({"a": {}}, {"a": 1}, [("/a", {}, 1)]),
    (1, 2, [("", 1, 2)]),
]


@pytest.mark.parametrize(("before", "after", "changes"), DIFFERENCES)
def test_differences_by_field(before: Any, after: Any, changes: list[tuple[str, Any, Any]]) -> None:
    assert diff(before, after) == [DocumentChange(*change) for change in changes]


@given(before=STATES, after=STATES)
def test_changes_lead_from_one_state_to_the_other_and_back(before: Any, after: Any) -> None:
    changes = diff(before, after)
    assert not diff(revert(after, changes), before)
    assert not diff(revert(before, diff(after, before)), after)


@given(states=st.lists(STATES, min_size=2, max_size=5))
def test_a_history_is_rebuilt_from_its_changes(states: list[Any]) -> None:
    history = [change for before, after in itertools.pairwise(states) for change in diff(before, after)]
    assert not diff(revert(states[-1], history), states[0])


@given(document=JSON)
def test_nothing_differs_from_itself(document: Any) -> None:
    assert diff(document, document) == []


@given(before=OBJECTS, after=OBJECTS)
def test_documents_passed_in_are_left_alone(before: dict[str, Any], after: dict[str, Any]) -> None:
    kept, shown = dict(before), repr(before)
    revert(before, diff(after, before))
    assert repr(before) == shown
    assert before.keys() == kept.keys()


def test_flatten_names_every_leaf() -> None:
    document = {"a": {"b": 1, "c/d": None}, "e": [1, {"f": 2}], "g": {}}
    assert list(flatten(document)) == [("/a/b", 1), ("/a/c~1d", None), ("/e", [1, {"f": 2}]), ("/g", {})]


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"a": leaf}
    return leaf


def test_very_deep_documents_are_compared_as_a_whole_below() -> None:
    before, after = nested(300, 1), nested(300, 2)
    changes = diff(before, after)
    assert len(changes) == 1
    assert revert(after, changes) == before
    assert len(list(flatten(before))) == 1
