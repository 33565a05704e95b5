"""The one refusal: a sentence that says what happened and what to do."""


class Refused(Exception):
    """Something cannot be done; every reason at once, each a full sentence for the person who asked.

    Doors turn it into a message, a 4xx or exit status 2. Nothing has been written when it is raised.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class Forbidden(Refused):
    """Whoever asked may not do this there."""


class Changed(Refused):
    """Somebody else changed it meanwhile; the reasons say what, and what was typed is kept by the door."""
