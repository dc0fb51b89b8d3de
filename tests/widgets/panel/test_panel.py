from hypothesis import given
from hypothesis import strategies as st

from widgets.panel.panel import Field, PanelData, field_lines
from widgets.text.lines import line_width

BUDGET = PanelData(
    "Budget management",
    (
        Field("Limit", "€25,000.00 (rule “[/x]”)", "strong"),
        Field("Given", "€19,590.00", "strong", meter=(1_959_000, 2_500_000), source="rows · 2 min"),
        Field("Left", "€5,410.00", substitute="est."),
    ),
    source_note="rows · 2 min",
)
DETAILS = PanelData("Campaign details", (Field("Type", ("Static", "25,000 codes")), Field("", "free line")))


def text(fields: tuple[Field, ...], width: int) -> list[str]:
    return ["".join(part for part, _ in line).rstrip() for line in field_lines(fields, width)]


def test_values_stand_in_a_column_with_meter_source_and_substitute() -> None:
    assert text(BUDGET.fields, 70) == [
        "Limit  €25,000.00 (rule “[/x]”)",
        "Given  €19,590.00  ▰▰▰▰▰▰▰▱▱▱ 78.4 %  rows · 2 min",
        "Left   €5,410.00  est.",
    ]


def test_what_does_not_fit_beside_goes_below() -> None:
    assert text(BUDGET.fields[1:2], 30) == ["Given  €19,590.00", "       ▰▰▰▰▰▰▰▱▱▱ 78.4 %", "       rows · 2 min"]


def test_values_of_several_lines_and_free_lines() -> None:
    assert text(DETAILS.fields, 40) == ["Type  Static", "      25,000 codes", "free line"]


@given(
    st.lists(
        st.builds(
            Field,
            st.text(max_size=40),
            st.text(max_size=50),
            source=st.text(max_size=20),
            substitute=st.text(max_size=9),
        ),
        max_size=5,
    ),
    st.integers(14, 120),
)
def test_lines_never_pass_the_width(fields: list[Field], width: int) -> None:
    assert all(line_width(line) <= width for line in field_lines(fields, width))


def test_a_long_label_goes_on_below_by_words() -> None:
    fields = (Field("Left this month", "€5,410.00"), Field("Used", "3"))
    assert text(fields, 36) == ["Left this     €5,410.00", "month", "Used          3"]
    assert text(fields, 40) == ["Left this month  €5,410.00", "Used             3"], "two fifths, where all labels fit"
    assert text((Field("Redemptions", "3"),), 30) == ["Redemptions  3"], "no word is broken while there is room"
