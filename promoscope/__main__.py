"""Where the program starts: the command `promoscope`, and `python -m promoscope`."""

import gc
import signal
import sys
from importlib.util import find_spec

import promoscope


def main() -> None:
    """Run the command line and leave with its exit code.

    A wheel carries `tui`, `widgets` and `store` inside this package, so that it overwrites no other distribution's
    packages of these names. They import one another by these names, so this package's folder comes first on the path.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until `stop_on_signals`: an interruption of an import would end in a traceback, or be lost.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if find_spec("promoscope.tui") is not None:
        sys.path.insert(0, promoscope.__path__[0])
    # Imports make no garbage, so collecting it would only cost time. The app and the commands turn it on again.
    gc.disable()
    from tui.cli import main as run

    run()


if __name__ == "__main__":
    main()
