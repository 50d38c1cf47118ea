"""Questions about every byte of a payload, asked of eight at a time.

They are asked of each file before a line of it is looked at, and nearly always
answered with no; only then is a line searched by an expression, which takes ten
times as long. Not here: which line it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from transforms.contracts.cards import FINE

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Places = NDArray[np.int64]

_WORD = 8
_AT_ONCE = 1 << 16
"""Words looked at together: they stay near the processor."""

_ONES = np.uint64(0x0101010101010101)
_TOPS, _HIGH = _ONES * np.uint64(0x80), _ONES * np.uint64(0xE0)
_OF_DIGITS = _ONES * np.uint64(0x20)
"""What the high bits are of a digit, a blank or a dash."""

_HEAD, _INSIDE = np.uint8(0xC0), np.uint8(0x80)
"""The high bits by which UTF-8 marks a byte inside a character."""

_TAB, _NEWLINE, _SPACE, _QUOTE, _DASH, _ZERO, _DELETE = 9, 10, 32, 34, 45, 48, 127

# A card number has 15 digits or more in groups of four at least. It covers a whole
# word, from whatever place it begins, with six digits or more and others beside it.
_SHORTEST, _LONGEST, _FEWEST_DIGITS = 15, 19, 6
_CARD = re.compile(rf"(?<![0-9A-Za-z.])(?:{FINE})(?![0-9A-Za-z])".encode())
_CARD_STARTS = re.compile("4[0-9]|5[1-5]|2[2-7]|3[457]|6[0245]")
_WORDY = re.compile("[0-9A-Za-z.]")
_FURTHEST = _LONGEST - _WORD
"""Letters that a card number may begin before a word that it covers."""


def has_controls(data: bytes) -> bool:
    r"""Whether there is a control character other than tab and newline.

    Example:
        >>> has_controls(b"a\tb\n"), has_controls(b"a\x00b\n")
        (False, True)
    """
    if _DELETE in data:
        return True
    words, rest = _words(data)
    return any(map(_is_control, _low(words))) or _is_control(rest)


def lines_in(data: bytes) -> int:
    r"""How many newlines there are: ``\n`` or ``\r``, whichever is more.

    Example:
        >>> lines_in(b"a\nb\n"), lines_in(b"a\rb\r\n")
        (2, 2)
    """
    every = np.frombuffer(data, np.uint8)
    step = _WORD * _AT_ONCE
    parts = (every[start : start + step] for start in range(0, every.size, step))
    ends = sum(int(np.count_nonzero(part == _NEWLINE)) for part in parts)
    return max(ends, data.count(b"\r")) if b"\r" in data else ends


def character(data: bytes, start: int, end: int, number: int) -> int:
    """Where the character of this number ends that is counted from ``start``.

    Args:
        data: text in UTF-8.
        start: where a character begins.
        end: before which it must stand; given back where there are fewer.
        number: from 1.

    Example:
        >>> character("aä€b".encode(), 0, 7, 2), character(b"ab", 0, 2, 3)
        (3, 2)
    """
    step = _WORD * _AT_ONCE
    for at in range(start, end, step):
        part = np.frombuffer(data, np.uint8, min(step, end - at), at)
        begins = (part & _HEAD) != _INSIDE
        if (count := int(np.count_nonzero(begins))) > number:
            return at + int(np.flatnonzero(begins)[number])
        number -= count
    return end


def has_longer_cell(data: bytes, longest: int) -> bool:
    """Whether more characters stand somewhere without a quote among them.

    Args:
        data: text in UTF-8.
        longest: characters that may.

    Example:
        >>> has_longer_cell(b'{"id":"123"}', 3), has_longer_cell(b'{"id":"1234"}', 3)
        (False, True)
    """
    return any(
        end - start > longest and len(data[start:end].decode()) > longest
        for start, end in _between_quotes(data, longest)
    )


def _between_quotes(data: bytes, longest: int) -> Iterator[tuple[int, int]]:
    """Where there are more bytes than so many without a quote, and the end."""
    step, start = _WORD * _AT_ONCE, 0
    for at in range(0, len(data), step):
        part = np.frombuffer(data, np.uint8, min(step, len(data) - at), at)
        quotes = np.flatnonzero(part == _QUOTE) + at
        starts = np.concatenate([[start], quotes[:-1] + 1])[: quotes.size]
        for place in np.flatnonzero(quotes - starts > longest):
            yield int(starts[place]), int(quotes[place])
        start = int(quotes[-1]) + 1 if quotes.size else start
    yield start, len(data)


def may_hold_card(data: bytes) -> bool:
    """Whether digits stand anywhere as those of a payment card do.

    Args:
        data: text in which a byte below 128 is a character of ASCII.

    Example:
        >>> may_hold_card(b"pay 4111 1111 1111 1111"), may_hold_card(b"902-31-13909")
        (True, False)
    """
    words, _ = _words(data)
    for start in range(0, words.size, _AT_ONCE):
        found = start + _of_digits(words[start : start + _AT_ONCE])
        long = _WORD * _long(words, found)
        for place in long[_is_begun(data, long)].tolist():
            # One more at each end, for it must not be part of a longer word.
            begin, end = place + _WORD - _LONGEST - 1, place + _LONGEST + 1
            if _CARD.search(data[max(begin, 0) : end]):
                return True
    # What may end in less than a word.
    return bool(_CARD.search(data[-(_LONGEST + 2 * _WORD) :]))


def _words(data: bytes) -> tuple[Words, Bytes]:
    """The bytes eight by eight, and those at the end that are no eight."""
    every = np.frombuffer(data, np.uint8)
    whole = every.size // _WORD * _WORD
    return every[:whole].view(np.uint64), every[whole:]


def _low(words: Words) -> Iterator[Bytes]:
    """The bytes of all words with one below a blank."""
    for start in range(0, words.size, _AT_ONCE):
        part = words[start : start + _AT_ONCE]
        high = part & _HIGH
        # The trick of looking for a zero in a word: it borrows from above.
        is_low = ((high - _ONES) & ~high & _TOPS) != 0
        yield part[is_low].view(np.uint8)


def _is_control(letters: Bytes) -> bool:
    is_fine = (letters >= _SPACE) | (letters == _NEWLINE) | (letters == _TAB)
    return not bool(is_fine.all())


def _of_digits(words: Words) -> Places:
    """Which words may stand inside of a card number."""
    found: Places = np.flatnonzero((words & _HIGH) == _OF_DIGITS)
    is_digit, is_right = _letters(words[found])
    # Eight truths are a word of ones, and the highest byte of their sum is a count.
    count = (_as_words(is_digit) * _ONES) >> np.uint64(56)
    is_inside = (_as_words(is_right) == _ONES) & (count >= _FEWEST_DIGITS)
    return found[np.flatnonzero(is_inside)]


def _as_words(truths: NDArray[np.bool_]) -> Words:
    return truths.view(np.uint64).ravel()


def _long(words: Words, places: Places) -> Places:
    """Those words that have as many digits, blanks and dashes beside them."""
    _, before = _letters(words[np.maximum(places - 1, 0)])
    _, behind = _letters(words[np.minimum(places + 1, words.size - 1)])
    left = np.where(places > 0, _run(before[:, ::-1]), 0)
    right = np.where(places + 1 < words.size, _run(behind), 0)
    return places[left + right >= _SHORTEST - _WORD]


def _is_begun(data: bytes, places: Places) -> NDArray[np.bool_]:
    """Whether the first digits of a card stand at each of these places or before.

    Order numbers are as long as those of cards, and most begin otherwise.
    """
    every = np.frombuffer(data, np.uint8)
    # From the letter before to the second digit.
    around = places[:, None] + np.arange(-_FURTHEST - 1, 2)
    letters = every[np.clip(around, 0, every.size - 1)]
    first, second = letters[:, 1:-1], letters[:, 2:]
    is_start = _STARTS[first, second] & ~_WORDS[letters[:, :-2]]
    found: NDArray[np.bool_] = is_start.any(axis=1) | (places <= _FURTHEST)
    return found


def _run(is_right: NDArray[np.bool_]) -> Places:
    """How many are right in each row before one is not."""
    run: Places = np.where(is_right.all(axis=1), _WORD, is_right.argmin(axis=1))
    return run


def _letters(words: Words) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which bytes of each word are digits, and which may stand in a card number."""
    letters = words.view(np.uint8).reshape(-1, _WORD)
    is_digit = (letters - np.uint8(_ZERO)) < 10  # noqa: PLR2004 digits
    return is_digit, is_digit | (letters == _SPACE) | (letters == _DASH)


_WORDS = np.array([bool(_WORDY.match(chr(letter))) for letter in range(256)])
_STARTS = np.zeros((256, 256), np.bool_)
"""By the first two letters: whether ``FINE`` may begin so."""
for _two in range(100):
    _first, _second = divmod(_two, 10)
    _STARTS[_ZERO + _first, _ZERO + _second] = _CARD_STARTS.match(f"{_two:02d}")
