"""Where the program starts: the command `promoscope`, and `python -m promoscope`."""

import sys
from pathlib import Path


def main() -> None:
    """Run the command line and leave with its exit code.

    A wheel carries `tui`, `widgets` and `store` inside this package, so that it overwrites no other distribution's
    packages of these names. They import one another by these names, so this package's folder comes first on the path.
    """
    here = Path(__file__).parent
    if (here / "tui").is_dir():
        sys.path.insert(0, str(here))
    from tui.cli import main as run

    run()


if __name__ == "__main__":
    main()
