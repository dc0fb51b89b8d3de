"""The app around its screens: commands, palette, help, settings, themes, small terminals, crashes without secrets."""

import base64
import re
import sqlite3
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from store.redact import remember
from tests.support.app_host import NARROW, DemoHost, press, screen_lines, screen_text, settle
from tests.support.paths import ROOT
from tui.campaign_kit.about import dashboard_page
from tui.campaigns.types import spec_for, type_specs, type_titles
from tui.kit.clipboard import copy_text, dashboard_url, save_copied
from tui.kit.messages import CacheFingerprint
from tui.kit.preferences import ANSI, DARK, LIGHT, Preferences, load_preferences
from tui.kit.screen import AppScreen
from tui.shell.help import HelpScreen
from tui.shell.key_table import commands
from widgets.frame.offered_keys import offered_keys
from widgets.frame.tab_bar import TabBar
from widgets.frame.too_small import TooSmall
from widgets.keys.command_table import key_words


@pytest.mark.parametrize(
    ("keys", "words"), [("question_mark,f1", "? F1"), ("ctrl+p,colon", "ctrl+p :"), ("left_square_bracket", "[")]
)
def test_key_words(keys: str, words: str) -> None:
    assert key_words(keys) == words


def test_no_type_name_outside_its_folder() -> None:
    names = {spec.type for spec in type_specs()}
    assert names
    word = re.compile(f"""['"]({"|".join(sorted(names))})['"]""")
    for folder in ("tui", "widgets"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.parent != ROOT / "tui" / "campaigns" / "types":
                assert not word.search(path.read_text(encoding="utf-8")), path


def test_unknown_types_are_named_after_what_the_api_said() -> None:
    assert spec_for("LUCKY_WHEEL").title == "Lucky wheel"
    assert spec_for("").title == "Campaign"
    assert type_titles({"LUCKY_WHEEL": 1})["LUCKY_WHEEL"] == "Lucky wheel"
    roles = [spec.role for spec in type_specs()]
    assert len(roles) == len(set(roles))


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://api.voucherify.io", "https://app.voucherify.io/#/app/core/campaigns/camp_%2F1"),
        ("https://us1.api.voucherify.io", "https://us1.app.voucherify.io/#/app/core/campaigns/camp_%2F1"),
        ("https://evilapi.voucherify.io.example", None),
        ("https://notapi.voucherify.io.test", None),
        ("http://127.0.0.1:8123", None),
    ],
)
def test_dashboard_address_by_region(base: str, url: str | None) -> None:
    assert dashboard_url(base, dashboard_page("camp_/1")) == url


async def test_nothing_that_is_copied_acts_when_it_is_pasted(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        copy_text(app, "A-1\x1b[201~rm\r\x9b\n\u202eB", "a code")
        await settle(pilot)
        assert app.clipboard == "A-1\\u001b[201~rm\\u000d\\u009b\n\\u202eB"
    evil = "A\n\x1b[201~=1"
    with sqlite3.connect(demo_host.cache) as connection:
        query = (
            "select v.campaign_id from vouchers v join campaigns c on c.id = v.campaign_id where c.campaign_type = ?"
        )
        campaign = connection.execute(query, ("DISCOUNT_COUPONS",)).fetchone()[0]
        connection.execute("update vouchers set code = ? where campaign_id = ?", (evil, campaign))
    connection.close()
    async with demo_host.run(open_campaign=campaign) as (app, pilot):
        app.screen.query_one(TabBar).choose("vouchers")
        await settle(pilot)
        await press(pilot, "y")
        await settle(pilot)
        assert app.clipboard == "A\\n\\u001b[201~=1", "one line, so that a shell runs nothing"


def test_what_was_copied_goes_to_a_private_new_file(demo_host: DemoHost, tmp_path: Path) -> None:
    now = demo_host.project.clock.now()
    path = save_copied("code\n=1+1", tmp_path, now)
    assert path.read_text(encoding="utf-8") == "code\n=1+1"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        save_copied("again", tmp_path, now)


def test_preferences_are_read_and_mistakes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert load_preferences(path, commands) == Preferences()
    assert load_preferences(path, commands, usual="ansi") == Preferences(ANSI)
    path.write_text('[screen]\ntheme = "light"\nsigns = "ascii"\nsync_on_open = false\n[keys]\n"app.help" = "f2"\n')
    assert load_preferences(path, commands, usual="ansi") == Preferences(LIGHT, "ascii", False, {"app.help": "f2"})
    path.write_text(
        '[screen]\ntheme = "pink"\nsigns = 3\nsync_on_open = "no"\n[keys]\nnobody = "x"\n"app.help" = ","\n'
    )
    read = load_preferences(path, commands)
    assert (read.theme, read.signs, read.sync_on_open, read.keys) == (DARK, "unicode", True, {})
    assert len(read.problems) == 5
    path.write_text('[screen]\nstart = "home"\n')
    assert load_preferences(path, commands, starts=("campaigns", "home")).start == "home"
    assert load_preferences(path, commands, starts=("campaigns",)).problems == ("start must be one of campaigns.",)
    path.write_text("[screen")
    assert len(load_preferences(path, commands).problems) == 1
    path.write_text("keys = 3\nscreen = 4")
    assert len(load_preferences(path, commands).problems) == 2


async def test_keys_can_be_remapped_and_problems_are_shown(demo_host: DemoHost) -> None:
    demo_host.preferences = Preferences(keys={"list.sort": "f6"}, problems=("theme [/x] is odd.",))
    async with demo_host.run((120, 30)) as (app, pilot):
        assert "theme [/x] is odd." in screen_text(pilot)
        before = app.screen
        await press(pilot, "s")
        assert app.screen is before
        await press(pilot, "f6")
        assert app.screen is not before


async def test_help_shows_what_works_here_and_nothing_else(demo_host: DemoHost) -> None:
    async with demo_host.run((100, 80), open_campaign="Last Call") as (app, pilot):
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        text = screen_text(pilot)
        assert "Choose the dates" in text
        assert "Copy the campaign's id" in text
        assert "Stop the sync" not in text
        await press(pilot, "escape", "4", "question_mark")
        text = screen_text(pilot)
        for words in ("Open the details; again: full screen", "Filter the rows", "Copy the code or id", "More columns",
                      "Tabs by key", "Find any command"):  # fmt: skip
            assert words in text
        # Hidden by keys nearer to the focus, or without effect here.
        assert "Copy the campaign's id" not in text
        assert "Choose the dates" not in text
        assert "Copy the details" not in text
        await press(pilot, "escape", "enter", "question_mark")
        assert "Copy the details" in screen_text(pilot)
        await press(pilot, "escape", "escape", "8", "question_mark")
        text = screen_text(pilot)
        assert "What changed against the state before" in text
        assert "The entry's document" in text


@pytest.mark.parametrize(
    "where", [(), ("slash",), ("T",), ("enter", "4", "enter"), ("enter", "8", "J"), ("enter", "H")]
)
async def test_every_key_of_line_and_help_is_one_that_runs(demo_host: DemoHost, where: tuple[str, ...]) -> None:
    async with demo_host.run((100, 60)) as (app, pilot):
        await press(pilot, *where)
        keys = offered_keys(app.screen)
        assert keys
        for key in keys:
            action = app.screen.active_bindings[key.key].binding.action if "," not in key.key else key.action
            assert action == key.action
            target, name, parameters = app._parse_action(key.action, key.owner)
            assert target.check_action(name, parameters), key
            assert any(hasattr(target, f"{prefix}action_{name}") for prefix in ("", "_")), key


async def test_palette_offers_and_runs_commands(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, "colon", *"theme: change")
        assert app.screen.query_one(OptionList).option_count >= 1
        before = app.theme
        await press(pilot, "enter")
        assert app.theme != before
        await press(pilot, "colon", *"sort: by any")
        await press(pilot, "enter")
        assert "Sort by" in screen_text(pilot)


@pytest.mark.parametrize("typed", ["zzzz", "undo"])
async def test_the_palette_says_that_no_command_matches(demo_host: DemoHost, typed: str) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, "colon", *typed)
        assert "No command matches." in screen_text(pilot)
        await press(pilot, "q")
        assert screen_text(pilot).count("No command matches.") == 1
        await press(pilot, "enter")
        assert "No command matches." in screen_text(pilot)
        await press(pilot, "ctrl+u", *"theme: change")
        assert "No command matches." not in screen_text(pilot)
        assert app.screen.query_one(OptionList).option_count >= 1


@pytest.mark.parametrize("theme", [DARK, LIGHT, ANSI])
async def test_every_theme_shows_list_and_campaign(demo_host: DemoHost, theme: str) -> None:
    demo_host.preferences = Preferences(theme=theme)
    async with demo_host.run((160, 45)) as (app, pilot):
        assert app.theme == theme
        await press(pilot, "enter", "2", "escape")
        assert "CAMPAIGN" in screen_lines(pilot)[3]


async def test_ascii_signs(demo_host: DemoHost) -> None:
    demo_host.preferences = Preferences(signs="ascii")
    demo_host.edit("update campaigns set name = id, category = ''")
    async with demo_host.run() as (_app, pilot):
        rows = screen_lines(pilot)[3:16]
        assert "* active" in "\n".join(rows)
        assert all(line.isascii() for line in rows)


async def test_notices_are_lines_of_which_none_stands_twice_until_esc(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "enter")
        place, bare = app.screen, screen_lines(pilot)
        for words in ("Copied.", "Written to " + "x" * 90, "Copied."):
            app.notify(words, title="Done", markup=False)
        await settle(pilot)
        changed = [line.strip() for line, before in zip(screen_lines(pilot), bare, strict=True) if line != before]
        assert len(changed) == 2
        assert "✓ Done: Written to xxx" in changed[0]
        assert changed[0].endswith("…")
        assert changed[1].endswith("✓ Done: Copied. · esc")
        await press(pilot, "escape")
        assert (app.screen, screen_lines(pilot)) == (place, bare)
        await press(pilot, "escape")
        assert app.screen is not place


async def test_notices_wait_until_a_dialog_is_closed(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        app.notify("Told before")
        await settle(pilot)
        assert "Told before" in screen_text(pilot)
        await press(pilot, "question_mark")
        app.notify("Told meanwhile")
        await settle(pilot)
        assert "Told" not in screen_text(pilot)
        await press(pilot, "escape")
        assert "Told meanwhile" in screen_text(pilot)


async def test_too_small_asks_for_room_and_comes_back(demo_host: DemoHost) -> None:
    async with demo_host.run((50, 12)) as (app, pilot):
        assert isinstance(app.screen, TooSmall)
        assert "60x12" in screen_text(pilot)
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert "CAMPAIGN" in screen_text(pilot)


async def test_nothing_blinks(demo_host: DemoHost) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, "slash")
        assert not app.screen.query_one(Input).cursor_blink
        assert app.animation_level == "none"


async def test_a_crash_shows_no_locals_and_no_keys(demo_host: DemoHost, capsys: pytest.CaptureFixture[str]) -> None:
    secret = demo_host.cache.name.replace("cache", "tk_very_secret")
    loaded = "a-token-that-was-loaded"
    remember(loaded)
    encoded = base64.b64encode(loaded.encode()).decode()

    def crash() -> None:
        held = secret
        raise RuntimeError(f"X-App-Token: {held} \x1b[2J, sent {loaded} as {encoded}")

    async def run() -> None:
        app = demo_host.app()
        async with app.run_test(size=NARROW) as pilot:
            app.call_later(crash)
            await pilot.pause()

    with pytest.raises(RuntimeError):
        await run()
    shown = capsys.readouterr().err
    assert "RuntimeError" in shown
    assert "crash" in shown
    assert not [held for held in (secret, loaded, encoded) if held in shown]
    assert "\x1b[2J" not in shown


async def test_a_dialog_opened_while_the_app_leaves_is_no_crash(demo_host: DemoHost) -> None:
    app = demo_host.app()
    never_stood = HelpScreen(())
    async with app.run_test():
        await app._give_key_line(never_stood)
    assert not never_stood.is_mounted


async def test_what_is_told_while_the_app_leaves_is_no_crash(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_apart: list[str] = []

    def tell(screen: AppScreen) -> None:
        taken_apart.append(type(screen).__name__)
        app._cache_sighted(CacheFingerprint(holder="another process"))

    monkeypatch.setattr(AppScreen, "on_unmount", tell, raising=False)
    app = demo_host.app()
    async with app.run_test():
        pass
    assert taken_apart == ["CampaignListScreen"]
