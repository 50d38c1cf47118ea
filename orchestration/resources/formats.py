"""Formats, found by listing their folders, and which one a file is in.

Not here: what a format says (``transforms.feeds``, ``transforms.instructions``).
"""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import transforms.feeds
import transforms.instructions
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.kinds import EDIFACT, X12, kinds_in


def formats_in(package: ModuleType) -> dict[str, str]:
    """Format name → module, for every module of ``package`` that is a format."""
    names = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.ispkg]
    return {name: f"{package.__name__}.{name}" for name in sorted(names)}


@cache
def feed_format(name: str) -> Any:  # noqa: ANN401 a module is the interface
    """The inbound format's module: ``DOCUMENT`` and ``parse``."""
    return _format(name, transforms.feeds, "parse")


@cache
def instruction_format(name: str) -> Any:  # noqa: ANN401 a module is the interface
    """The outbound format's module: ``DOCUMENT`` and ``render``."""
    return _format(name, transforms.instructions, "render")


@cache
def kinds_of(name: str) -> frozenset[str]:
    """Kinds of sets or messages that an inbound format reads, "850" or "ORDERS".

    None where the format is neither X12 nor EDIFACT.
    """
    standard, _, kind = name.partition("_")
    if standard == X12:
        kinds: frozenset[str] = feed_format(name).FORMAT.kinds
        return kinds
    return frozenset({kind.upper()} if standard == EDIFACT else ())


def _format(name: str, package: ModuleType, verb: str) -> ModuleType:
    known = formats_in(package)
    if name in known:
        module = import_module(known[name])
        if hasattr(module, verb):
            return module
    names = ", ".join(n for n in known if hasattr(import_module(known[n]), verb))
    raise ValueError(f"unknown format {name!r}; known: {names}")


def feed_formats() -> list[str]:
    """Names of all inbound formats, sorted."""
    known = formats_in(transforms.feeds)
    return [name for name in known if hasattr(import_module(known[name]), "parse")]


def instruction_formats() -> list[str]:
    """Names of all outbound formats, sorted."""
    known = formats_in(transforms.instructions)
    return [name for name in known if hasattr(import_module(known[name]), "render")]


def formats_of_sets(payload: bytes, profile: Profile) -> tuple[str, ...]:
    """Formats of the sets or messages that an X12 or EDIFACT payload holds."""
    whose: dict[str, str] = {}
    for name in feed_formats():
        for kind in kinds_of(name):
            whose.setdefault(kind, name)
    return tuple(sorted({whose[kind] for kind in kinds_in(payload, profile, whose)}))


HEAD_BYTES = 1 << 18
"""Of a larger file the beginning is enough to tell its format."""


def recognise(payload: bytes, profile: Profile) -> list[str]:
    """Formats that read the payload best, best first; none when none reads it.

    Each format reads the beginning of the file: who takes most of its lines as
    rows, refuses least and leaves fewest columns unread knows it best.
    """
    head = _head(payload)
    scores: dict[str, tuple[float, int, int]] = {}
    for name in feed_formats():
        parsed = _tried(name, head, profile)
        if parsed is not None and parsed.rows.height:
            share = parsed.lines.quarantined / max(parsed.lines.physical, 1)
            filled = parsed.rows.width - sum(
                parsed.rows.null_count().row(0)[n] == parsed.rows.height
                for n in range(parsed.rows.width)
            )
            scores[name] = (share, parsed.notices.height, -filled)
    if not scores:
        return _named_inside(head)
    return sorted(scores, key=lambda name: (scores[name], name))


def _named_inside(head: bytes) -> list[str]:
    """The format of the first X12 set or EDIFACT message, whatever it is worth."""
    found = re.search(rb"\bST[^A-Za-z0-9](\d{3})\b|\bUNH.{1,40}?[:+](\w{6}):", head)
    if found is None:
        return []
    code = (found[1] or found[2]).decode().lower()
    name = f"x12_{code}" if found[1] else f"edifact_{code}"
    return [name] if name in feed_formats() else []


def _tried(name: str, head: bytes, profile: Profile) -> Parsed | None:
    try:
        parsed: Parsed = feed_format(name).parse(head, profile)
    except ValueError:
        # The profile lacks an option that this format cannot do without.
        return None
    return parsed


def _head(payload: bytes) -> bytes:
    """The beginning of a payload, whole lines where it has lines."""
    if len(payload) <= HEAD_BYTES or payload.startswith(b"PK"):
        return payload
    cut = payload.rfind(b"\n", 0, HEAD_BYTES)
    return payload[: cut + 1] if cut > 0 else payload
