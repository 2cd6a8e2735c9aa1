"""Why a folder is not written or not loaded."""


class Refused(Exception):
    """Everything that stands against it, each in a sentence; nothing was written or loaded."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons
