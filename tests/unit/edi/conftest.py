"""Small X12 texts that the tests of this folder share."""

from collections.abc import Callable, Sequence

import pytest

from transforms.edi.anatomy import Header, TransactionSet
from transforms.edi.delimiters import Delimiters
from transforms.edi.tokens import ELEMENT_END, SEGMENT_END

SetOf = Callable[[Sequence[str]], TransactionSet]


@pytest.fixture
def set_of() -> SetOf:
    """A whole set from its segments with ``*``, its ST on line 11 of the file."""
    return _set_of


def _set_of(texts: Sequence[str]) -> TransactionSet:
    cut = (text.encode().replace(b"*", ELEMENT_END) + SEGMENT_END for text in texts)
    code, control = texts[0].split("*")[1:3]
    filled = sum(map(bool, texts))
    header = Header(functional_id="PO", group_control="12", day="20171227")
    body = b"".join(cut)
    return TransactionSet(code, control, 11, body, filled, header, Delimiters())
