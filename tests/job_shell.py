"""A shell as far as job control goes: runs one command as a job of its own; after a stop, a line brings it back.

    python -m tests.job_shell [--background] COMMAND ARGUMENTS…

A line "bg" lets the job go on in the background, "kill" ends it there as `kill %1` does, any other brings it back.
"""

import os
import signal
import sys


def _start(command: list[str], *, in_front: bool) -> int:
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        if in_front:
            os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(command[0], command)
    return child


def main(command: list[str]) -> int:
    """Run the job to its end; returns its exit code, 128 and the number for a signal's."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    in_front = command[0] != "--background"
    child = _start(command if in_front else command[1:], in_front=in_front)
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            os.tcsetpgrp(0, os.getpgrp())
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        os.tcsetpgrp(0, os.getpgrp())
        # On a line of its own: a terminal without a second screen leaves the cursor where the job had it.
        print("\r\n[stopped]", flush=True)
        line = sys.stdin.readline().strip()
        if line == "kill":
            os.killpg(child, signal.SIGTERM)
        elif line != "bg":
            os.tcsetpgrp(0, child)
        os.killpg(child, signal.SIGCONT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
