"""Objects as JSON lines, and identifiers that a channel may have as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.contracts.profile import Envelope, Payload


def payload_of(
    stem: str, lines: Sequence[str], unit_count: int, envelope: Envelope
) -> Payload:
    """``<stem>_<control number>.jsonl`` of these lines, UTF-8, each ended."""
    return Payload(
        name=f"{stem}_{envelope.control_no:09d}.jsonl",
        content="".join(f"{line}\n" for line in lines).encode(),
        row_count=len(lines),
        unit_count=unit_count,
        control_ref=str(envelope.control_no),
    )


def as_number(text: str | None) -> int | None:
    """The number that a text is; None where it is none.

    Example:
        >>> [as_number(text) for text in ("42", "042", "A1", None)]
        [42, None, None, None]
    """
    is_number = bool(text and text.isascii() and text.isdecimal())
    return int(text) if text and is_number and str(int(text)) == text else None


def number_or_text(text: str) -> int | str:
    """A number where the text is one, else the text.

    Example:
        >>> [number_or_text(text) for text in ("42", "#42")]
        [42, '#42']
    """
    number = as_number(text)
    return text if number is None else number
