"""Names in policies of what the house knows: a misspelt one would bind nobody.

Not here: names that only data can know, such as SKUs, departments and regions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

import yaml

from orchestration.resources.policy_files import CHANGES, PolicyFileError, called
from transforms.reconciliation.owners import OWNERS

KEY, VALUE = "key", "value"
TEAM, CHANNEL, NODE = "team", "channel", "node"

NAMED = {
    ("allocation", "allocation.owners.*", VALUE): TEAM,
    ("allocation", "allocation.priority_by_channel", KEY): CHANNEL,
    ("allocation", "allocation.backorder_cancel_days", KEY): CHANNEL,
    ("allocation", "allocation.reserve_horizon_days", KEY): CHANNEL,
    ("allocation", "allocation.business_classes.channel", VALUE): CHANNEL,
    ("allocation", "allocation.node_order", VALUE): NODE,
    ("allocation", "allocation.node_rules.channel", VALUE): CHANNEL,
    ("allocation", "allocation.node_rules.only.node", VALUE): NODE,
    ("allocation", "allocation.node_rules.never.node", VALUE): NODE,
    ("holds", "payment_by_channel", KEY): CHANNEL,
    ("holds", "approval_above_minor", KEY): CHANNEL,
    ("holds", "credit_limit_minor", KEY): CHANNEL,
    ("availability", "published_channels", VALUE): CHANNEL,
    ("availability", "rules.channel", VALUE): CHANNEL,
    ("reconciliation", "payments.channels_by_provider.*", VALUE): CHANNEL,
    ("reconciliation", "payments.untold_charges_minor", KEY): CHANNEL,
    ("reconciliation", "orders.untold_charges_minor", KEY): CHANNEL,
}
"""File, path of keys (``changes`` left out, ``*``: any), and whether the keys there or
the values are names → of what."""

TEAMS = sorted(set(OWNERS.values()))
"""Those that ``orderhouse exceptions`` knows."""


def refuse_unknown_names(
    texts: Mapping[str, str],
    kind: str,
    known: Collection[str],
    among: Collection[str] | None = None,
) -> None:
    """Refuse a name that is none of the known ones, wherever a policy may stand.

    Args:
        texts: file name → text of files that can be read.
        kind: TEAM, CHANNEL or NODE.
        known: names of it.
        among: names that are looked at; all when None.

    Raises:
        PolicyFileError: one is unknown; file, line, key and the nearest name are told.
    """
    for file in sorted({file for (file, _, _), what in NAMED.items() if what == kind}):
        name = f"{file}.yaml"
        refuse_unknown_in(file, texts[name], called(name), kind, known, among)


def refuse_unknown_in(
    file: str,
    text: str,
    place: str,
    kind: str,
    known: Collection[str],
    among: Collection[str] | None = None,
) -> None:
    """The same of one text that is like a file of policies.

    Args:
        file: which, as ``allocation``.
        text: what it says, which can be read.
        place: its name, as messages tell it.
        kind: TEAM, CHANNEL or NODE.
        known: names of it.
        among: names that are looked at; all when None.

    Raises:
        PolicyFileError: one is unknown; place, line, key and the nearest name are told.
    """
    for path, role, name, line in _scalars(text):
        is_meant = among is None or name in among
        if is_meant and name not in known and _kind(file, path, role) == kind:
            key = path.rpartition(".")[2]
            said = _unknown(kind, name, known)
            raise PolicyFileError(f"{place}:{line}: {key}: {said}")


def _kind(file: str, path: str, role: str) -> str | None:
    """What names of a place are of; None where they are none."""
    of_any_key = path.rpartition(".")[0] + ".*"
    return NAMED.get((file, path, role), NAMED.get((file, of_any_key, role)))


def _unknown(kind: str, name: str, known: Collection[str]) -> str:
    # What is nothing like it was not meant.
    nearest = get_close_matches(name, sorted(known), 1)
    hint = f", {nearest[0]!r} is" if nearest else ""
    return f"{name!r} is no {kind}{hint}; there are {', '.join(sorted(known))}"


Scalar = tuple[str, str, str, int]
"""Path of keys, KEY or VALUE, text, line."""


def _scalars(text: str) -> Iterator[Scalar]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    yield from _below(root, ())


def _below(node: yaml.Node | None, path: tuple[str, ...]) -> Iterator[Scalar]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = str(key.value)
            yield ".".join(path), KEY, name, key.start_mark.line + 1
            # A change has the keys of the file that it changes.
            below = path if (path, name) == ((), CHANGES) else (*path, name)
            yield from _below(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _below(value, path)
    elif isinstance(node, yaml.ScalarNode):
        yield ".".join(path), VALUE, str(node.value), node.start_mark.line + 1
