"""Messages that are made with what their annotations name."""

from typing import Any

import pytest

from widgets.messages import FieldMessage


class Chosen(FieldMessage):
    """Has a field with a default."""

    name: str
    count: int = 1


class ChosenAgain(Chosen, bubble=False, namespace="again"):
    """Adds one."""

    late: bool = False


def test_fields_come_in_their_order_by_name_or_by_default() -> None:
    assert vars(Chosen("one"))["name"] == "one"
    assert (Chosen("one").count, Chosen("one", 2).count, Chosen(count=3, name="x").count) == (1, 2, 3)
    again = ChosenAgain("one", 2, True)
    assert (again.name, again.count, again.late, again.bubble, again.handler_name) == (
        "one", 2, True, False, "on_again_chosen_again",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("one",), {"name": "two"}), (("one",), {"other": 1}), (("one", 2, True), {}), ((), {"count": 1})],
)
def test_a_field_that_is_missing_unknown_or_given_twice_is_refused(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match="Chosen takes name, count"):
        Chosen(*values, **named)


def test_a_field_that_textual_has_already_is_refused() -> None:
    with pytest.raises(TypeError, match="Late: Textual's messages have time already"):
        type("Late", (FieldMessage,), {"__annotations__": {"time": float}})
