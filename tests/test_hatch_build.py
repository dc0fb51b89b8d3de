"""What a release adds to the package's metadata, and what is in its source distribution."""

import re
import tarfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.metadata.core import ProjectMetadata
from hatchling.metadata.spec import construct_metadata_file_2_4
from hatchling.plugin.manager import PluginManager

from hatch_build import ADDRESS, absolute
from tests.support.paths import ROOT

SOURCE = "https://code.example/shop/promoscope"


def metadata_of(root: Path) -> Message:
    """The package's core metadata as an index reads it."""
    return message_from_string(construct_metadata_file_2_4(ProjectMetadata(str(root), PluginManager())))


def readme_of(metadata: Message) -> str:
    text = metadata.get_payload()
    assert isinstance(text, str)
    return text


def test_without_an_address_there_are_no_urls_and_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(ADDRESS, raising=False)
    metadata = metadata_of(ROOT)
    assert metadata.get_all("Project-URL") is None
    assert metadata.get_all("Dynamic") is None
    assert readme_of(metadata).strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
    said = capsys.readouterr().err
    assert ADDRESS in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("address", [SOURCE, f"{SOURCE}/", f"{SOURCE}.git"])
def test_an_address_fills_urls_and_leads_the_readme_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    monkeypatch.setenv(ADDRESS, address)
    metadata = metadata_of(ROOT)
    tag = f"v{metadata['Version']}"
    assert metadata.get_all("Project-URL") == [
        f"Source, {SOURCE}",
        f"Documentation, {SOURCE}/blob/{tag}/README.md",
        f"Changelog, {SOURCE}/blob/{tag}/CHANGELOG.md",
        f"Issues, {SOURCE}/issues",
    ]
    text = readme_of(metadata)
    assert f"![The campaign list of the demo]({SOURCE}/raw/{tag}/docs/campaigns.svg)" in text
    assert f"[ARCHITECTURE.md]({SOURCE}/blob/{tag}/ARCHITECTURE.md)" in text
    assert not re.search(r"\]\((?!https://)", text)
    assert not capsys.readouterr().err


@pytest.mark.parametrize(
    "address",
    [
        "http://code.example/shop/promoscope",
        "https://user:key@code.example/shop/promoscope",
        "https://code.example/shop/promoscope?tab=readme",
        "https://code.example/shop/promoscope#readme",
        "https://code.example/promoscope",
        "https://code.example/shop/promo scope",
        "git@code.example:shop/promoscope.git",
    ],
)
def test_another_address_ends_the_build(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(ADDRESS, address)
    with pytest.raises(ValueError, match=ADDRESS):
        metadata_of(ROOT)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("![a](docs/a.svg)", f"![a]({SOURCE}/raw/v1/docs/a.svg)"),
        ("[b](./b.md#part)", f"[b]({SOURCE}/blob/v1/b.md#part)"),
        ("[c](#part) [d](https://d.example/x) [e](mailto:e@e.example)", None),
        ("`[f](f.md)`", None),
        ("```\n[g](g.md)\n```\n", None),
    ],
)
def test_only_links_to_files_are_led_elsewhere(before: str, after: str | None) -> None:
    assert absolute(before, SOURCE, "v1") == (before if after is None else after)


def test_every_link_of_the_readme_is_a_file() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_a_wheel_from_the_source_distribution_keeps_the_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ADDRESS, SOURCE)
    (archive,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path / "dist"), versions=["standard"])
    with tarfile.open(archive) as packed:
        # Early releases of Python 3.11 have no filters.
        packed.extraction_filter = getattr(tarfile, "data_filter", None)
        packed.extractall(tmp_path)
    (tree,) = tmp_path.glob("promoscope-*")
    for name in ("docs/campaigns.svg", "docs/dashboard.svg", "tests/test_hatch_build.py", "hatch_build.py", "Makefile"):
        assert (tree / name).is_file()
    monkeypatch.delenv(ADDRESS)
    metadata = metadata_of(tree)
    assert f"Source, {SOURCE}" in metadata.get_all("Project-URL", [])
    assert f"]({SOURCE}/raw/v{metadata['Version']}/docs/campaigns.svg)" in readme_of(metadata)
