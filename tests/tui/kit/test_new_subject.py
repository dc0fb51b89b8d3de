"""Another subject is declarations alone: a voucher's screen with two tabs, which no generic code knows of."""

import sqlite3
from datetime import date
from typing import ClassVar

from textual.binding import BindingType

from store.queries.freshness import list_state
from store.queries.rows import RowList
from store.queries.views import CODES, PUBLICATIONS, REDEMPTIONS
from store.ref import VOUCHER, Ref
from store.words import DateSpan
from tests.support.app_host import WIDE, DemoHost, press, screen_lines, screen_text, settle
from tui.kit.commands import subject_table
from tui.kit.context import Period, SubjectContext
from tui.kit.lists.query import count_rows
from tui.kit.lists.spec import ListSpec, text, when
from tui.kit.lists.tab import RowsTab, rows_tab
from tui.kit.messages import Open
from tui.kit.rooms import Room
from tui.kit.spec import Contents, TabSpec
from tui.kit.subject_screen import Loaded, SubjectScreen
from tui.shell.rooms import ref_of, rooms
from widgets.frame.tab_bar import TabBar

REDEEMED = ListSpec(
    "of-voucher", ("redemption", "redemptions"), REDEMPTIONS, (text("id", "Redemption", 30), when("created_at", "At"))
)
PUBLISHED = ListSpec("sent", ("publication", "publications"), PUBLICATIONS, (text("id", "Publication", 30),))
CONTENTS: Contents[SubjectContext] = Contents(
    (),
    (
        TabSpec("redemptions", "Redemptions", rows_tab(REDEEMED), count_rows(REDEEMED)),
        TabSpec("publications", "Publications", rows_tab(PUBLISHED), count_rows(PUBLISHED)),
    ),
)


class VoucherScreen(SubjectScreen[SubjectContext]):
    """A voucher, as a room would declare it."""

    BINDINGS: ClassVar[list[BindingType]] = subject_table("Voucher", "voucher").bindings
    ROOM = "Vouchers"
    NOT_FOUND = ("No such voucher", "The cache holds no voucher with this id.")

    def load(self) -> Loaded[SubjectContext] | None:
        services, ref = self.services, Ref(VOUCHER, self.wanted)
        found = RowList(services.reader, CODES, ref).window(0, 1)
        if not found:
            return None
        row, today = dict(zip(CODES.columns, found[0], strict=True)), services.today()
        life = DateSpan(date(today.year, 1, 1), today)
        context = SubjectContext(
            services.reader,
            ref,
            row["code"],
            Period(life, ""),
            services.settings.currency,
            services.zone,
            today,
            "1 call",
        )
        state = services.reader.ask(list_state, "redemptions", ref)
        return Loaded(context, ((row["code"], "strong"),), CONTENTS, state, life, life)


ROOM = Room(VOUCHER, VoucherScreen)


def _busiest(host: DemoHost) -> str:
    query = (
        "select r.voucher_id from redemptions r join publications p on p.voucher_id = r.voucher_id"
        " group by 1 order by count(distinct r.id) desc, 1 limit 1"
    )
    with sqlite3.connect(host.cache) as connection:
        found: str = connection.execute(query).fetchone()[0]
    connection.close()
    return found


def _ids(host: DemoHost, table: str, voucher: str) -> set[str]:
    """What a filter over all rows finds."""
    with sqlite3.connect(host.cache) as connection:
        rows = connection.execute(f"select id, voucher_id from {table}").fetchall()
    connection.close()
    return {identity for identity, owner in rows if owner == voucher}


async def test_a_voucher_opens_by_its_ref_and_shows_its_own_rows(demo_host: DemoHost) -> None:
    voucher = _busiest(demo_host)
    async with demo_host.run(WIDE, rooms={**rooms(), VOUCHER: ROOM}) as (app, pilot):
        app.screen.post_message(Open(Ref(VOUCHER, voucher)))
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, VoucherScreen)
        assert screen.query_one(TabBar).active == "redemptions"
        for key, table in (("1", "redemptions"), ("2", "publications")):
            await press(pilot, key)
            expected = _ids(demo_host, table, voucher)
            assert expected
            body = next(one for one in screen.query(RowsTab) if one.display)
            rows = body.table
            assert rows.row_count == len(expected)
            assert all(identity in screen_text(pilot) for identity in sorted(expected)[:3])
            assert f"{table.capitalize()} {len(expected)}" in screen_lines(pilot)[2]
        await press(pilot, "full_stop", *"redemp", "enter")
        assert screen.query_one(TabBar).active == "redemptions", "tabs are picked as a campaign's are"
        await press(pilot, "enter", "enter")
        assert "Redemption" in screen_text(pilot), "a row opens on a screen of its own"
        await press(pilot, "escape", "escape", "escape")
        assert not isinstance(app.screen, VoucherScreen)


async def test_a_thing_that_is_not_there_and_a_kind_that_nothing_opens_say_so(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE, rooms={**rooms(), VOUCHER: ROOM}) as (app, pilot):
        home = app.screen
        home.post_message(Open(Ref("spaceship", "s_1")))
        await settle(pilot)
        assert app.screen is home
        assert "A spaceship cannot be opened yet." in screen_text(pilot)
        home.post_message(Open(Ref(VOUCHER, "v_nowhere")))
        await settle(pilot)
        assert "The cache holds no voucher with this id." in screen_text(pilot)


def test_rooms_are_found_by_being_there_and_named_on_the_command_line() -> None:
    assert set(rooms()) >= {"campaign"}
    assert ref_of("campaign:camp_1") == Ref.campaign("camp_1")
    assert ref_of("Summer: the sale") == Ref.campaign("Summer: the sale"), "a colon in a name names no kind"
