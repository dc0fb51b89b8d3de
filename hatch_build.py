"""The part of the package's metadata that a release decides: where its source is."""

import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hatchling.metadata.plugin.interface import MetadataHookInterface

ADDRESS = "PROMOSCOPE_SOURCE_URL"
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]\n]*)\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"(^```.*?^```|`[^`\n]*`)", re.MULTILINE | re.DOTALL)


class SourceAddressHook(MetadataHookInterface):
    """Fills `project.urls` and the README from the repository's address in `PROMOSCOPE_SOURCE_URL`.

    A source distribution keeps both, so a wheel built from it needs no variable.
    """

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `urls` and `readme`.

        Raises:
            ValueError: the address is not that of a repository.
        """
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        urls: dict[str, str] = {}
        if address := os.environ.get(ADDRESS, "").strip():
            source, tag = checked(address), f"v{metadata['version']}"
            readme, urls = absolute(readme, source, tag), project_urls(source, tag)
        else:
            sys.stderr.write(f"{ADDRESS} is not set: the package has no links to its source.\n")
        metadata["urls"] = urls
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}


def checked(address: str) -> str:
    """The repository's address without a slash at its end.

    Raises:
        ValueError: it is not `https://HOST/OWNER/NAME`.
    """
    if not re.fullmatch(r"https://[\w.-]+(:\d+)?(/[\w.~-]+){2,}/?", address):
        raise ValueError(f"{ADDRESS} must be like https://HOST/OWNER/NAME")
    return address.rstrip("/").removesuffix(".git")


def project_urls(source: str, tag: str) -> dict[str, str]:
    """The addresses that a package index shows."""
    return {
        "Source": source,
        "Documentation": f"{source}/blob/{tag}/README.md",
        "Changelog": f"{source}/blob/{tag}/CHANGELOG.md",
        "Issues": f"{source}/issues",
    }


def absolute(markdown: str, source: str, tag: str) -> str:
    """The text with links to files of the repository led to these files at a tag. Code stays as it is."""

    def led(link: re.Match[str]) -> str:
        target = link["target"]
        if urlsplit(target).scheme or target.startswith(("#", "//")):
            return link[0]
        kind = "raw" if link["picture"] else "blob"
        return f"{link['picture']}[{link['text']}]({source}/{kind}/{tag}/{target.removeprefix('./')})"

    # Every second piece is code.
    pieces = _CODE.split(markdown)
    return "".join(piece if at % 2 else _LINK.sub(led, piece) for at, piece in enumerate(pieces))
