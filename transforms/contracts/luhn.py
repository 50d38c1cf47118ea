"""Stretches of digits that pass Luhn, in time that grows with the text only.

A text of digits with blanks between them has seven stretches to try at every
digit: by columns they cost little, one by one they took minutes. Not here: where
a card number is looked for (``cards``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

SLICE_BYTES = 1 << 20
"""Text looked at together: each byte takes some forty for as long as it lasts."""

Places = npt.NDArray[np.int64]

_ZERO, _NINE = ord("0"), ord("9")
_BETWEEN = (ord(" "), ord("-"))
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])


def first_of_each(
    texts: Sequence[str], shortest: int, longest: int
) -> Iterator[tuple[int, str]]:
    """Position and first stretch of each text that has one; see ``stretches``.

    Of stretches that begin together the shortest is the first.
    """
    for offset, lines in _slices(texts):
        content = b"\n".join(lines)
        begins, ends = stretches(content, shortest, longest)
        line_ends = np.cumsum([len(line) + 1 for line in lines])
        owners = np.searchsorted(line_ends, begins, side="right")
        for owner, first in zip(*np.unique(owners, return_index=True), strict=True):
            yield offset + int(owner), content[begins[first] : ends[first]].decode()


def stretches(content: bytes, shortest: int, longest: int) -> tuple[Places, Places]:
    """Where stretches begin and end, in order.

    A stretch is made of whole groups of digits with one blank or hyphen between
    two of them, has ``shortest`` to ``longest`` digits, the first of which is not
    zero, and passes Luhn (ISO/IEC 7812-1, annex B).

    Example:
        >>> begins, ends = stretches(b"call 5 4111 1111 1111 1111", 13, 19)
        >>> list(zip(begins.tolist(), ends.tolist()))
        [(7, 26)]
    """
    codes = np.frombuffer(content, np.uint8)
    at = np.flatnonzero((codes >= _ZERO) & (codes <= _NINE))
    if len(at) < shortest:
        return at[:0], at[:0]
    digits = codes[at] - _ZERO
    sums = _sums(digits)
    opens, closes, runs = _groups(codes, at)
    may_open = opens & (digits != 0)
    found = []
    for length in range(shortest, min(longest, len(at)) + 1):
        last = length - 1
        is_one = may_open[: len(at) - last] & closes[last:]
        is_one &= runs[: len(at) - last] == runs[last:]
        first = np.flatnonzero(is_one)
        total = (
            sums[(first + last) % 2, first + length] - sums[(first + last) % 2, first]
        )
        good = first[total % 10 == 0]
        found.append(np.stack([at[good], at[good + last] + 1]))
    every = np.concatenate(found, axis=1)
    begins, ends = every[:, np.lexsort((every[1], every[0]))]
    return begins, ends


def _sums(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Sums up to each place: digits of even places as they are, and those of odd."""
    is_odd = np.arange(len(digits)) % 2 == 1
    doubled = _DOUBLED[digits]
    each = [np.where(is_odd, doubled, digits), np.where(is_odd, digits, doubled)]
    return np.concatenate([np.zeros((2, 1), np.int64), np.cumsum(each, axis=1)], axis=1)


def _groups(
    codes: npt.NDArray[np.uint8], at: Places
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], Places]:
    """Whether each digit opens and closes its group, and the number of its run."""
    step = np.diff(at)
    is_near = (step == 2) & np.isin(codes[at[:-1] + 1], _BETWEEN)  # noqa: PLR2004 one between
    is_apart = step != 1
    opens = np.concatenate([[True], is_apart])
    closes = np.concatenate([is_apart, [True]])
    runs = np.concatenate([[0], np.cumsum(is_apart & ~is_near)])
    return opens, closes, runs


def _slices(texts: Sequence[str]) -> Iterator[tuple[int, list[bytes]]]:
    """Texts as bytes, some at a time, with the position of the first."""
    lines: list[bytes] = []
    offset, size = 0, 0
    for position, text in enumerate(texts):
        lines.append(text.encode())
        size += len(lines[-1])
        if size >= SLICE_BYTES:
            yield offset, lines
            lines, offset, size = [], position + 1, 0
    if lines:
        yield offset, lines


def is_luhn_each(numbers: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether each number of at most 19 digits passes Luhn.

    Example:
        >>> is_luhn_each(["4111111111111111", "378282246310006"]).tolist()
        [True, False]
    """
    padded = "".join([f"{number:0>20}" for number in numbers]).encode()
    digits = np.frombuffer(padded, np.uint8).reshape(-1, 20) - _ZERO
    total = _DOUBLED[digits[:, ::2]].sum(axis=1) + digits[:, 1::2].sum(axis=1)
    is_each: npt.NDArray[np.bool_] = total % 10 == 0
    return is_each
