"""What is wrong with a segment of a message, as a CONTRL would say it.

Not here: how faults become rejects (``documents``) or a CONTRL
(``acknowledgements``).
"""

from __future__ import annotations

from dataclasses import dataclass

from transforms.edi.findings import Finding

NOT_RECIPIENT = "7"
INVALID = "12"
MISSING = "13"
UNSUPPORTED_VALUE = "14"
UNSUPPORTED_PLACE = "15"
TOO_MANY_PARTS = "16"
UNSPECIFIED = "18"
BAD_CHARACTER = "21"
UNKNOWN_SENDER = "23"
TEST = "25"
DUPLICATE = "26"
BAD_REFERENCE = "28"
BAD_COUNT = "29"
OUTSIDE_MESSAGE = "33"
TOO_MANY_SEGMENTS = "35"
TOO_MANY_GROUPS = "36"
BAD_TYPE = "37"
TOO_LONG = "39"
TOO_SHORT = "40"
"""Codes of element 0085, syntax error."""

MISPLACED = "MISPLACED_SEGMENT"
"""Stable code of a segment that the message does not allow there."""

TOO_WIDE = "TOO_MANY_ELEMENTS"
"""Stable code of a segment or composite with more parts than it has."""


@dataclass(frozen=True)
class Fault(Finding):
    """A finding in EDIFACT: down to the component, with its syntax error code.

    Args:
        component: position of the guilty component, 0 for the whole element.
        error: element 0085, as a CONTRL says it.
    """

    component: int = 0
    error: str = INVALID

    @property
    def place(self) -> str:
        """Segment, element and component as people write them.

        Example:
            >>> Fault(7, "QTY", 1, "BAD_QTY", component=2).place
            'QTY01.2'
        """
        whole = super().place
        return f"{whole}.{self.component}" if self.component else whole


class FaultError(ValueError):
    """A message cannot be read; carries what is wrong."""

    def __init__(self, fault: Fault) -> None:
        """Refuse a message because of ``fault``."""
        super().__init__(f"{fault.code} at {fault.place}, segment {fault.line}")
        self.fault = fault
