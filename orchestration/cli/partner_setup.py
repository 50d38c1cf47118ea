"""``orderhouse partner new``: asks, and writes the partner's one file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.guide import unplayable
from orchestration.resources.formats import feed_format, instruction_format, kinds_of
from orchestration.resources.partners import PARTNERS, PartnerProfile
from orchestration.resources.profile_lines import faults_in
from transforms.answers.scenarios import scenarios_for
from transforms.contracts.profile import Profile
from transforms.feeds.reading.mapping import unknown_options

COMPONENT = "orchestration.components.partner.Partner"
ENDINGS = {
    "amazon": "txt",
    "csv": "csv",
    "edifact": "edi",
    "jsonl": "jsonl",
    "mapped": "csv",
    "pos": "csv",
    "x12": "edi",
    "xlsx": "xlsx",
}
"""Usual ending of a file by the first word of its format; JSON else."""


@dataclass
class Answers:
    """What was asked for; see ``PartnerProfile``.

    ``mailbox`` is the pattern of files in which all X12 and EDIFACT sets come.
    """

    partner_id: str
    display_name: str = ""
    role: str = "3pl"
    owner: str = "team:logistics"
    zone: str = "UTC"
    currency_code: str = "USD"
    interchange_id: str = ""
    answers: str = "csv"
    language: str = "en"
    formats: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    mailbox: str = ""


def write_partner(said: Answers, folder: Path = PARTNERS) -> int:
    """Write ``<partner>/defs.yaml``, checked as a run would check it.

    Returns:
        0.

    Raises:
        CommandError: there is such a partner, or an answer is not possible.
    """
    path = folder / said.partner_id / "defs.yaml"
    if path.exists():
        raise CommandError(f"{path.parent.name}/defs.yaml exists; edit it instead")
    attributes = attributes_of(said)
    try:
        known = PartnerProfile(**attributes)
    except ValueError as error:
        raise CommandError(faults_in(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"type": COMPONENT, "attributes": attributes}
    path.write_text(
        yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    CONSOLE.print(f"written: {path}", soft_wrap=True)
    for step in [f"orderhouse partner kit {said.partner_id} --out KIT", *_owed(known)]:
        CONSOLE.print(f"next: {step}", soft_wrap=True, markup=False)
    return 0


def _owed(known: PartnerProfile) -> Iterator[str]:
    """What else must be sent or mapped before a partner's files count in full."""
    documents = {feed.document for feed in known.feeds}
    if "stock_snapshots" in documents:
        yield (
            "the node's row and lanes (csv_nodes, csv_lanes), and its stock of the"
            " first day (csv_opening_stock): without that its first count is"
            " doubted, until `orderhouse quarantine mend count NODE` vouches for it"
        )
    if "orders" not in documents:
        return
    yield (
        f"{known.partner_id} in the column channels of the nodes that may serve it"
        " (csv_nodes): until then its orders wait as NO_NODE"
    )
    for scenario in scenarios_for(known.role, documents):
        if why := unplayable(known, scenario):
            yield f"certification, {scenario.name}: {why}"


def attributes_of(said: Answers) -> dict[str, Any]:
    """The YAML's attributes; what is as by default is left out."""
    attributes: dict[str, Any] = {
        "partner_id": said.partner_id,
        "display_name": said.display_name or said.partner_id,
        "role": said.role,
        "owner": said.owner,
        "zone": said.zone,
        "currency_code": said.currency_code,
    }
    if said.interchange_id:
        attributes["interchange_id"] = said.interchange_id
    attributes |= {"answers": said.answers, "language": said.language}
    attributes["feeds"] = list(_feeds(said))
    if said.instructions:
        attributes["instructions"] = list(_instructions(said))
    return attributes


def _feeds(said: Answers) -> Iterator[dict[str, Any]]:
    """A feed a format; of two that give one document the second is named by format."""
    taken: set[str] = set()
    for format_name in said.formats:
        first, _, rest = format_name.partition("_")
        document = _document(format_name)
        name = format_name if document in taken else document
        stem = rest if first in {"x12", "edifact"} else name
        taken.add(document)
        is_bulk = rest.endswith("_bulk")
        ending = "jsonl" if is_bulk else ENDINGS.get(first, "json")
        usual = f"{stem}_*.{ending}"
        is_mailed = bool(said.mailbox and kinds_of(format_name))
        feed = {
            "name": name,
            "format": format_name,
            "pattern": said.mailbox if is_mailed else usual,
        }
        is_mapped = bool(needed(format_name))
        yield feed | ({"options": dict(said.options)} if is_mapped else {})


def _instructions(said: Answers) -> Iterator[dict[str, str]]:
    """What it gets, by document; a second one of a document by its format."""
    taken: set[str] = set()
    for format_name in said.instructions:
        document = _document(format_name, instruction_format)
        name = format_name if document in taken else document
        taken.add(document)
        yield {"name": name, "format": format_name}


def _document(format_name: str, formats: Callable[[str], Any] = feed_format) -> str:
    try:
        return str(formats(format_name).DOCUMENT.name)
    except ValueError as error:
        raise CommandError(str(error)) from error


def unfit(formats: Collection[str], options: Mapping[str, str]) -> list[str]:
    """Why options are of no file with columns of its own; nothing where they are."""
    faults = list(unknown_options(options))
    if options and not any(map(needed, formats)):
        faults.append(
            "options are of files with columns of their own (mapped_orders,"
            " mapped_stock); write those of others into defs.yaml"
        )
    return faults


def needed(format_name: str, options: Mapping[str, str] | None = None) -> list[str]:
    """Columns of ours that a format wants named in the partner's file.

    Args:
        format_name: any format; most name their columns themselves.
        options: what is named already.
    """
    faults = getattr(feed_format(format_name), "faults", None)
    found = faults(Profile("new", options=options or {})) if faults else ()
    return re.findall(r"column\.(\w+) or constant", "; ".join(found))
