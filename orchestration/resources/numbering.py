"""Control numbers towards a partner: where they begin and how far they reach.

Files we send and answers to files count apart (``Outbox``), in one range of nine
digits: a number of both would be a repeat to whoever reads them.
"""

from __future__ import annotations

ANSWERS_FROM = 500_000_000
"""Answers begin above this one where their partner's profile says nothing."""

MAX_CONTROL_NO = 999_999_999
"""ISA13 has nine digits."""

ROOM = 1_000_000
"""Numbers that each count has at least: a hundred files a day for 27 years."""


def too_close(control_no: int, answer_no: int) -> str:
    """Why two counts that begin so would meet or end; "" where neither does.

    Example:
        >>> too_close(48213, 500_000_001)
        ''
        >>> too_close(500_000_007, 500_000_001)[:50]
        'first_control_no 500000007 and first_answer_no 500'
        >>> too_close(1, 999_999_000)[:42]
        'first_answer_no 999999000: fewer than 1000'
    """
    if abs(control_no - answer_no) < ROOM:
        return (
            f"first_control_no {control_no} and first_answer_no {answer_no} would"
            f" meet: leave {ROOM} numbers between them"
        )
    name, number = max(
        ("first_control_no", control_no),
        ("first_answer_no", answer_no),
        key=lambda pair: pair[1],
    )
    if number > MAX_CONTROL_NO - ROOM:
        return f"{name} {number}: fewer than {ROOM} numbers are left of nine digits"
    return ""
