"""The kit serves any subject: nothing in it knows a campaign."""

import re
from pathlib import Path

KIT = Path("tui/kit")
CAMPAIGNS_OWN = re.compile(
    r"CampaignContext|CampaignRow|CampaignOpened|queries\.campaigns|tui\.campaigns|campaign_id|[\"']campaigns[\"']"
)
COMMANDS = KIT / "commands.py"
"""The one table of commands, the campaign rooms' among them."""


def test_the_kit_names_nothing_of_a_campaigns_own() -> None:
    files = [path for path in KIT.rglob("*.py") if path != COMMANDS]
    assert len(files) > 30
    found = [f"{path}: {match[0]}" for path in files for match in CAMPAIGNS_OWN.finditer(path.read_text())]
    assert found == []
