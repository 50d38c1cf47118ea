"""X12 TA1: whether the envelope of an interchange we sent was legal.

A TA1 stands between ISA and IEA outside the groups, alone or before 997s. One
row per TA1:

- ``interchange_ref`` is TA101, the control number of our interchange without
  leading zeros; ``set_ref`` is ISA: the envelope was legal or was not, which says
  nothing of a set inside it unless it was rejected.
- TA104: A accepted, E with errors, R rejected. ``reason`` is TA105, null when
  that is 000 (no error).
- ``acknowledged_at``: date and hour of the ISA it came in.

Where 997s come too the format is ``x12_997``, which reads both.
"""

from __future__ import annotations

from collections.abc import Iterator

from transforms.contracts.documents import ACKNOWLEDGEMENTS, ENVELOPE
from transforms.edi.anatomy import control_ref
from transforms.edi.columns.cells import mapped, only_where
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import INTERCHANGE_ACKNOWLEDGEMENT

DOCUMENT = ACKNOWLEDGEMENTS

_NO_ERROR = "000"


def _content(sets: Loops) -> Iterator[Rows]:
    answer = sets.opening
    sent, note = answer.text(1), answer.text(5)
    control = mapped(sent, {number: control_ref(number) for number in sent.to_list()})
    cells = {
        "interchange_ref": control,
        "set_ref": ENVELOPE,
        "status_code": answer.text(4),
        "reason": only_where((note != _NO_ERROR).to_numpy(), note),
        "acknowledged_at": sets.of.sent_at(),
    }
    yield Rows(answer, cells)


FORMAT = X12Format(DOCUMENT, INTERCHANGE_ACKNOWLEDGEMENT, _content)
parse, answer = FORMAT.parse, FORMAT.answer
