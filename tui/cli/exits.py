"""Exit codes, which scripts rely on, and the exception that carries one."""

OK, CRASHED, USAGE, RETRY, PARTIAL, CREDENTIALS = 0, 1, 2, 3, 4, 5


class Failure(Exception):
    """A command cannot go on: a sentence for stderr and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
