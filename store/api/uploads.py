"""A file that goes along with a request, as a form's part."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A CSV file (API §7; schema ImportCSVRequestBody).

    Attributes:
        name: of the file, without its folders.
        content: its bytes.
    """

    name: str
    content: bytes

    @property
    def parts(self) -> dict[str, tuple[str, bytes, str]]:
        """The form: one part, `file`."""
        return {"file": (self.name, self.content, "text/csv")}

    @property
    def shown(self) -> dict[str, str | int]:
        """What stands for it where a request is shown or kept: its content may be large, and is codes."""
        return {"file": self.name, "bytes": len(self.content), "sha256": hashlib.sha256(self.content).hexdigest()}
