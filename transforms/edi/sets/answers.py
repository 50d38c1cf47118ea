"""Maps of syntax acknowledgements: 997 of a group, TA1 of an interchange."""

from __future__ import annotations

from transforms.edi.maps import Element, Loop, SetMap
from transforms.edi.sets.parts import ANY, code, count, many, one, some, text

_NOTES = tuple(f"{note:03d}" for note in range(32))
"""TA105, from "no error" to "invalid grade of service"."""

_VERDICT = code("A", "E", "M", "P", "R", "W", "X", need=True)

ACKNOWLEDGEMENT = SetMap(
    "997",
    "FA",
    (
        (one("AK1", text(2, need=True), count(9, need=True), text(12)),),
        (
            Loop(
                some("AK2", text(3, need=True), text(9, need=True), text(35)),
                (
                    Loop(
                        some("AK3", text(3, need=True), count(need=True), ANY, text(3)),
                        (some("AK4", ANY, ANY, text(3), ANY),),
                    ),
                    one("AK5", _VERDICT),
                ),
            ),
        ),
        (one("AK9", _VERDICT, count(6), count(6), count(6)),),
    ),
)

INTERCHANGE_ACKNOWLEDGEMENT = SetMap(
    "TA1",
    "",
    (
        (
            many(
                "TA1",
                Element("N0", 9, is_required=True),
                Element("D6", 6, is_required=True),
                Element("TM", 4, is_required=True),
                code("A", "E", "R", need=True),
                code(*_NOTES, need=True),
            ),
        ),
    ),
)
