"""A name that is no file's says what it is instead."""

from __future__ import annotations

import re

import pytest

from orchestration.cli.outgoing import no_file, sent_before_us

SENT = {"partner_id": "harbor", "file_name": "940_1.edi", "state": "SENT"}
UNSENT = SENT | {"file_name": None, "state": "RELEASED"}
UNKNOWN = UNSENT | {"state": "UNKNOWN_TO_US"}


@pytest.mark.parametrize(
    ("instruction", "said"),
    [
        (None, "no file and no instruction 'FO-1' was sent"),
        (SENT, "FO-1 is an instruction; .* harbor/940_1.edi holds it"),
        (UNSENT, "no file of ours holds it yet"),
        (UNKNOWN, "UNKNOWN_TO_US: .* we never sent it"),
    ],
)
def test_what_is_no_file_says_what_it_is(
    instruction: dict[str, object] | None, said: str
) -> None:
    assert re.search(said, no_file("FO-1", instruction))


def test_what_the_system_before_sent_owes_nothing() -> None:
    said = sent_before_us("LEG-1")

    assert "LEG-1 is an instruction of the system before" in said
    assert "nothing is owed" in said
