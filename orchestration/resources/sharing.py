"""Files that several feeds of a partner read: which feed reads which sets.

A mailbox brings what its owner has to say, orders beside their changes, in one
X12 or EDIFACT file or interchange. Each set is read by the feed of its kind, so
the ledger has a row for each feed that finds something of its own in a file, one
after the other; the bytes are kept once. The first of them accounts for what is
nobody's own. Not here: how a format passes over sets of others (``Share``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from orchestration.resources.formats import feed_format, kinds_of
from orchestration.resources.landing import Arrival
from orchestration.resources.partners import Feed, PartnerProfile
from transforms.contracts.profile import Parsed, Profile, Share
from transforms.edi.documents import ignored_sets
from transforms.edi.kinds import kinds_in, standard_of

OF_FILES = {
    "accepts_test",
    "encoding",
    "max_elements",
    "max_interchanges",
    "max_segments",
}
"""Options by which the envelopes of a whole file are opened."""


def readers(partner: PartnerProfile, name: str, content: bytes) -> tuple[Feed, ...]:
    """The feeds that read a file, by its name and by what is in it.

    Whatever the name of an X12 or EDIFACT file, a set in it is read by the feed
    of its kind; of two such feeds by the one whose pattern the name matches. Sets
    that the named feed ignores (option ``ignores_sets``) are read by none.

    Returns:
        the named feed alone where no feed knows what is in the file; nothing
        where the name matches no pattern.
    """
    named = partner.feeds_of(name)
    if not named or not named[0].kinds:
        return named[:1]
    kin = _kin((*named, *partner.feeds), f"{standard_of(content)}_") or named[:1]
    usual, profile = kin[0].kinds, partner.profile(kin[0])
    whose: dict[str, str] = {}
    for feed in kin:
        for kind in feed.kinds - (ignored_sets(profile) - usual):
            whose.setdefault(kind, feed.name)
    found = {whose[kind] for kind in kinds_in(content, profile, whose, usual)}
    return tuple(feed for feed in kin if feed.name in found) or kin[:1]


def _kin(feeds: Sequence[Feed], standard: str) -> tuple[Feed, ...]:
    """Feeds of a standard, each once."""
    fitting = {f.name: f for f in feeds if f.kinds and f.format.startswith(standard)}
    return tuple(fitting.values())


def read(
    partner: PartnerProfile, feeds: Sequence[Feed], payload: bytes
) -> list[Parsed]:
    """What each of its readers says of a file."""
    readers = [(feed.name, feed.format) for feed in feeds]
    return [
        feed_format(feed.format).parse(payload, profile)
        for feed, profile in zip(feeds, profiles(partner, readers), strict=True)
    ]


def profiles(
    partner: PartnerProfile, readers: Sequence[tuple[str, str]]
) -> list[Profile]:
    """What the formats that read a file need to know, each of its feed and share.

    What is said of whole files holds as the first feed has it: one that opened
    less of the file than another would pass over sets that nobody reads.

    Args:
        partner: who sent the file.
        readers: feed and format of each; a feed that is no more has no options.
    """
    told = [
        partner.profile(partner.feed_named(feed), share)
        for (feed, _), share in zip(
            readers, shares(name for _, name in readers), strict=True
        )
    ]
    said = {name: text for name, text in told[0].options.items() if name in OF_FILES}
    return [replace(one, options=_own(one) | said) for one in told]


def _own(profile: Profile) -> dict[str, str]:
    return {k: text for k, text in profile.options.items() if k not in OF_FILES}


def shares(formats: Iterable[str]) -> list[Share]:
    """What each of the formats that read a file reads of it, the first one the rest.

    Example:
        >>> [sorted(share.others) for share in shares(["x12_850", "x12_860"])]
        [['860'], ['850']]
    """
    own: list[frozenset[str]] = []
    for name in formats:
        own.append(kinds_of(name).difference(*own))
    every = frozenset().union(*own)
    return [Share(every - mine, place == 0) for place, mine in enumerate(own)]


def of_one_file(arrivals: Iterable[Arrival]) -> list[list[Arrival]]:
    """Ledger rows by file, in order of arrival."""
    found: dict[tuple[object, ...], list[Arrival]] = {}
    for one in arrivals:
        found.setdefault(one.file, []).append(one)
    return list(found.values())


def profiles_of(
    partners: Mapping[str, PartnerProfile], arrivals: Iterable[Arrival]
) -> dict[int, Profile]:
    """By ledger row, how its file is read for it; all rows of a file must be told.

    Raises:
        LookupError: a partner that sent one has no profile any more.
    """
    arrivals = list(arrivals)
    for gone in sorted({a.partner_id for a in arrivals} - set(partners)):
        raise LookupError(
            f"files of {gone} landed, and no profile says how they are read: put"
            f" orchestration/defs/partners/{gone}/defs.yaml back"
        )
    return {
        row.landing_id: profile
        for rows in of_one_file(arrivals)
        for row, profile in zip(
            rows,
            profiles(partners[rows[0].partner_id], [(r.feed, r.format) for r in rows]),
            strict=True,
        )
    }
