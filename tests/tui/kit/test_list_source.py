"""What a table reads its rows from: windows, the end and the count are asked side by side and dropped together."""

from typing import Any
from unittest.mock import Mock

import pytest

from store.cache.errors import ReadingCancelled
from store.queries.question import Question, current_question
from tests.support.syncing import NOW, ZONE
from tui.kit.formatter import Formatter
from tui.kit.lists.query import ListSource


def test_the_end_is_a_question_of_its_own_and_all_are_dropped_together() -> None:
    """Threads ask them at the same time: a question that two of them share ends for both with the first."""
    asked: dict[str, Question | None] = {}

    def note(name: str, answer: Any) -> Any:
        def noted(*_: object) -> Any:
            asked[name] = current_question()
            return answer

        return noted

    rows = Mock(window=note("window", []), last=note("last", []), count=note("count", 0))
    source = ListSource(Mock(derive=None, lookups={}, view=Mock(columns={})), Mock(), rows, Formatter(None, ZONE, NOW))
    assert (source.window(0, 5), source.last(5), source.count()) == ([], [], 0)
    assert len({id(question) for question in asked.values() if question is not None}) == 3
    source.stop()
    for question in asked.values():
        assert question is not None
        with pytest.raises(ReadingCancelled):
            question.read(Mock())
