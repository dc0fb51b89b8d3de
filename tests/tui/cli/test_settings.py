"""The settings file: what means nothing is named with what was probably meant; facts of this terminal."""

from pathlib import Path

import pytest

from tests.tui.cli.harness import CommandLine
from tui.shell.key_names import unknown_keys

WRONG = """
[screens]
theme = "dark"

[screen]
theme = "darkk"
sings = "ascii"

[keys]
"campaign.refersh" = "f5"
"campaign.refresh" = "ctlr+r,pagedwon"

[profiles.shop]
base_ulr = "https://api.example.com"
timezone = "Europe/Warsaw"
"""


def settings(cli: CommandLine, text: str) -> None:
    path = cli.database.parent.parent / "config.toml"
    path.write_text(text, encoding="utf-8")
    cli.patch.setenv("PROMOSCOPE_CONFIG", str(path))


def seen(cli: CommandLine, check: str) -> list[dict[str, str]]:
    return [one for one in cli("doctor", "--offline", "--json").json["checks"] if one["check"] == check]


def test_what_means_nothing_is_named_with_the_nearest_name(cli: CommandLine) -> None:
    settings(cli, WRONG)
    warned = "\n".join(one["seen"] for one in seen(cli, "settings") if one["state"] == "warning")
    for said in (
        "no section [screens]. Did you mean “screen”?",
        "theme must be one of dark, light, ansi. Did you mean “dark”?",
        "[screen] has no setting “sings”. Did you mean “signs”?",
        "“campaign.refersh”, which is no command. Did you mean “campaign.refresh”",
        "profile “shop” has a key “base_ulr”, which is none. Did you mean “base_url”?",
        "campaign.refresh: there is no key “ctlr+r”. Did you mean “ctrl+r”",
        "there is no key “pagedwon”. Did you mean “pagedown”",
    ):
        assert said in warned
    assert "timezone" not in warned


def test_right_settings_warn_of_nothing(cli: CommandLine) -> None:
    settings(
        cli, '[screen]\ntheme = "light"\n[keys]\n"campaign.refresh" = "f5,ctrl+full_stop,R,ö"\n[profiles.default]\n'
    )
    assert {one["state"] for one in seen(cli, "settings")} == {"ok"}
    assert unknown_keys("shift+tab, f12, question_mark, ?") == []


def test_a_profile_that_is_none_is_refused_once_there_are_some(cli: CommandLine) -> None:
    cli.patch.setenv("PROMOSCOPE_PROFILE", "shpo")
    assert cli("status").code == 0
    settings(cli, "[profiles.shop]\n[profiles.blog]\n")
    done = cli("status")
    assert (done.code, done.out) == (2, "")
    assert "no profile “shpo”" in done.err
    assert "Did you mean “shop”? It has blog, shop." in done.err
    cli.patch.setenv("PROMOSCOPE_PROFILE", "shop")
    assert cli("status").code == 0
    cli.patch.delenv("PROMOSCOPE_PROFILE")
    assert cli("status").code == 0


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"TERM": "dumb"}, {"terminal": "TERM dumb", "colours": "none (TERM dumb)"}),
        ({"TERM": "linux"}, {"terminal": "TERM linux", "colours": "16 (TERM linux)"}),
        ({"TERM": "xterm-256color"}, {"colours": "256 (TERM xterm-256color)"}),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, {"colours": "16 million"}),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"}, {"colours": "none: NO_COLOR is set"}),
        ({"LC_ALL": "", "LC_CTYPE": "", "LANG": "C"}, {"locale": "LANG C"}),
        ({"LC_ALL": "pl_PL.UTF-8", "LANG": "C"}, {"locale": "LC_ALL pl_PL.UTF-8"}),
    ],
)
def test_facts_are_those_of_this_terminal(
    cli: CommandLine, variables: dict[str, str], said: dict[str, str], tmp_path: Path
) -> None:
    for name in ("NO_COLOR", "COLORTERM", "TERM"):
        cli.patch.delenv(name, raising=False)
    for name, value in variables.items():
        cli.patch.setenv(name, value)
    checks = cli("doctor", "--offline", "--json").json["checks"]
    for check, words in said.items():
        assert any(one["check"] == check and words in one["seen"] for one in checks), (check, checks)
