"""Line numbers as people write them."""

from __future__ import annotations

from collections.abc import Sequence


def spans(numbers: Sequence[int]) -> str:
    """Ascending numbers as people write them.

    Example:
        >>> spans([1, 2, 3, 5, 7, 8])
        '1–3, 5, 7–8'
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in found)
