"""Which kinds of sets and messages a payload holds, so that each finds its reader.

A file of one kind is only searched. Where another kind that somebody reads may
stand in it, its envelopes are opened and asked. Not here: who reads what
(``orchestration.resources.sharing``).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator

from transforms.contracts.profile import Profile
from transforms.edi.documents import TA1, opened_by
from transforms.edi.edifact.documents import open_payload

X12, EDIFACT = "x12", "edifact"

_MARK = rb"[^A-Za-z0-9]{1,4}"
"""What parts elements, and blanks that some senders pad them with."""

_HEADER = re.compile(rb"(ISA|isa)%b|UN[AB]%b" % (_MARK, _MARK))
_SETS = (re.compile(rb"ST%b(\d{3})" % _MARK), re.compile(rb"st%b(\d{3})" % _MARK))
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def standard_of(payload: bytes) -> str:
    """``x12`` or ``edifact`` by the first header of a payload, "" without one.

    Example:
        >>> standard_of(b"UNB+UNOC:3+HARBOR+US+171227:0905+7'"), standard_of(b"a,b")
        ('edifact', '')
    """
    return _standard(_plain(payload))


def kinds_in(
    payload: bytes,
    profile: Profile,
    known: Collection[str],
    usual: Collection[str] = (),
) -> set[str]:
    """Kinds that a payload holds, of those that somebody reads.

    Args:
        payload: file as received.
        profile: of its sender, which says how much a file may hold.
        known: kinds that are read: ST01, TA1, UNH 0065.
        usual: those of them that are expected: where there can be no others the
            payload is not looked into any further, and holds them for all we know.

    Returns:
        kinds of ``known``; a set that is broken or refused counts as well.

    Example:
        >>> kinds_in(b"a file of whatever else", Profile("acme"), ["850", "ORDERS"])
        set()
    """
    text = _plain(payload)
    standard = _standard(text)
    if not standard:
        return set()
    likely = set(known) & (_sets(text) if standard == X12 else _messages(text, known))
    if likely <= set(usual):
        return likely
    told = _x12 if standard == X12 else _edifact
    return likely & set(told(payload, profile))


def _plain(payload: bytes) -> bytes:
    """A payload without line ends, which may wrap it anywhere."""
    is_wide = payload.startswith(_UTF16)
    text = payload.decode("utf-16", "replace").encode() if is_wide else payload
    return text.translate(None, b"\r\n")


def _standard(text: bytes) -> str:
    found = _HEADER.search(text)
    if found is None:
        return ""
    return X12 if found[1] else EDIFACT


def _sets(text: bytes) -> set[str]:
    found = {code.decode() for shape in _SETS for code in shape.findall(text)}
    return found | ({TA1} if TA1.encode() in text or b"ta1" in text else set())


def _messages(text: bytes, known: Collection[str]) -> set[str]:
    return {kind for kind in known if kind.encode() in text}


def _x12(payload: bytes, profile: Profile) -> Iterator[str]:
    envelopes = opened_by(payload, profile)
    yield from (one.code for one in (*envelopes.sets, *envelopes.answers))


def _edifact(payload: bytes, profile: Profile) -> Iterator[str]:
    yield from (one.kind for one in open_payload(payload, profile).messages)
