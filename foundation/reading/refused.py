"""Why the process that reads a file gave up: a code, for which `opening` has the sentence."""


class Refused(Exception):
    """The file is not read; `parts` are what the sentence of the code names."""

    def __init__(self, code: str, **parts: str | int):
        self.code, self.parts = code, parts
        super().__init__(code)
