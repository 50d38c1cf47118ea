"""Which files are looked into: by name, size and whether they hold anything.

Production asks this of what arrives, ``orderhouse validate`` of what is going to
be sent, so it knows no house. Not here: what depends on files before (``landing``).
"""

from __future__ import annotations

import re

from orchestration.resources.partners import PartnerProfile

TOO_LARGE = "FILE_TOO_LARGE"
UNSAFE_NAME = "UNSAFE_NAME"
UNEXPECTED = "UNEXPECTED"
EMPTY = "EMPTY_FILE"

FILE_CODES = {
    EMPTY: "EMPTY_FILE",
    UNEXPECTED: "UNEXPECTED_FILE",
    UNSAFE_NAME: "UNSAFE_NAME",
    TOO_LARGE: "FILE_TOO_LARGE",
}
"""Verdict of a file that is refused whole → code of its reject."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\/:*?\"<>|]|^[-.]|^.{201}")
"""What no name of a file may hold: it goes into messages, folders and commands."""


def refusal_of(partner: PartnerProfile, name: str, size_bytes: int) -> str:
    """The verdict of a file that is not even opened, "" when it is."""
    if size_bytes > partner.max_file_bytes:
        return TOO_LARGE
    return UNSAFE_NAME if _UNSAFE.search(name) else ""


def is_empty(content: bytes) -> bool:
    """Whether a file holds nothing but blanks."""
    return not content.strip()


def wanted(partner: PartnerProfile, verdict: str) -> str:
    """What would have been right, for the report of a refused file."""
    if verdict == UNEXPECTED:
        return ", ".join(feed.pattern for feed in partner.feeds)
    return f"{partner.max_file_bytes} bytes at most" if verdict == TOO_LARGE else ""
