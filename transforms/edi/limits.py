"""How much one EDI file may hold: what is beyond is refused whole, unread.

A segment costs hundreds of times its bytes where it is broken, and a thousand
fit into a few kilobytes. Few partners send so many in one file: one that does
sends it in parts, or has a profile with larger bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

from transforms.contracts.profile import Profile


@dataclass(frozen=True)
class Limits:
    """The most that one file may hold; as they are, what is broken costs 512 MB.

    Args:
        interchanges: option ``max_interchanges``.
        segments: of the file, stray lines too; option ``max_segments``.
        elements: components count too; option ``max_elements``.
    """

    interchanges: int = 20_000
    segments: int = 400_000
    elements: int = 6_000_000

    def excess(self, interchanges: int, segments: int, elements: int) -> str:
        """What there is too much of, for a message; "" when a file may be read.

        Example:
            >>> Limits().excess(1, 400_001, 900_000), Limits().excess(1, 12, 90)
            ('more than 400000 segments', '')
        """
        bounds = (
            (interchanges, self.interchanges, "interchanges"),
            (segments, self.segments, "segments"),
            (elements, self.elements, "elements"),
        )
        found = (
            f"more than {most} {what}" for count, most, what in bounds if count > most
        )
        return next(found, "")

    def stray_excess(self, text: str, lines: int) -> str:
        """The same of text outside any interchange, behind so many lines."""
        return self.excess(0, lines + sum(map(text.count, LINE_ENDS)), 0)


USUAL = Limits()


def limits_of(profile: Profile) -> Limits:
    """The bounds of a partner's files, as its profile moves them.

    Example:
        >>> limits_of(Profile("acme", options={"max_segments": "2000000"})).segments
        2000000
    """
    said = profile.options
    return Limits(
        int(said.get("max_interchanges", USUAL.interchanges)),
        int(said.get("max_segments", USUAL.segments)),
        int(said.get("max_elements", USUAL.elements)),
    )


LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ``str.splitlines`` ends a line at."""
