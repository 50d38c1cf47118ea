"""``orderhouse partner kit``: what a partner needs to send us files that work.

Everything is made from the profile, the formats and the codes that production
uses, and the sample files' reports by the parser that production runs, so a kit
cannot say anything that a run does not. Not here: the guide's page (``guide``),
maps (``kit_maps``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from orchestration.cli.certify import instruct
from orchestration.cli.execution import CONSOLE
from orchestration.cli.guide import documents, guide
from orchestration.cli.kit_maps import map_of
from orchestration.cli.mapped_samples import mapped_samples
from orchestration.cli.parse import facts_of, known_partner
from orchestration.cli.partner_setup import COMPONENT
from orchestration.cli.validate import write_reports
from orchestration.resources.formats import feed_format
from orchestration.resources.home import PROJECT
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.sharing import read, readers
from transforms.answers.report import report, together
from transforms.answers.scenarios import scenarios_for
from transforms.contracts.profile import Profile

SAMPLES = PROJECT / "data" / "samples" / "formats"
"""Right and wrong files of every format, invented by hand."""


def write_kit(name: str, out: str) -> int:
    """Write the kit of a partner into a folder.

    Returns:
        0.

    Raises:
        CommandError: there is no such partner, or its YAML is wrong.
    """
    known = known_partner(name)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for feed in known.feeds:
        _write_map(feed, known.language, folder / "maps")
        _write_form(feed, folder / "forms")
        for stem, payload in _samples(known, feed).items():
            place = folder / "samples" / feed.name
            _write_sample(known, feed, (stem, payload), place)
    _write_instructions(known, folder / "samples" / "you_get")
    (folder / "profile.yaml").write_text(_profile(known), encoding="utf-8")
    page = folder / "guide.html"
    page.write_bytes(guide(known))
    CONSOLE.print(f"the kit of {known.display_name}: {page}", soft_wrap=True)
    return 0


def _profile(known: PartnerProfile) -> str:
    """The partner's YAML without what is ours alone, for its own validator."""
    ours = {"transport", "owner", "contacts"}
    attributes = known.model_dump(mode="json", exclude=ours, exclude_defaults=True)
    content = {"type": COMPONENT, "attributes": attributes | {"owner": "team:partner"}}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _samples(known: PartnerProfile, feed: Feed) -> dict[str, bytes]:
    """Files of a feed by their names; a mapping's are made by it."""
    if feed.format.startswith("mapped_"):
        return mapped_samples(known, feed)
    profile = known.profile(feed)
    return {
        path.stem: addressed(path.read_bytes(), feed.format, profile)
        for path in sorted((SAMPLES / feed.format).glob("*.in"))
    }


def _write_sample(
    known: PartnerProfile, feed: Feed, named: tuple[str, bytes], folder: Path
) -> None:
    """A sample under a name that the feed expects, and the report it earns."""
    stem, payload = named
    name = _named(feed.pattern, stem)
    # A sample may hold sets that another feed of the partner reads, as in a run.
    feeds = readers(known, name, payload) or (feed,)
    parsed = together(read(known, feeds, payload))
    place = folder / ("good" if parsed.verdict == "ACCEPTED" else "bad")
    place.mkdir(parents=True, exist_ok=True)
    sample = place / name
    sample.write_bytes(payload)
    formats = [one.format for one in feeds]
    facts = facts_of(sample, payload, known.partner_id, *formats)
    write_reports(report(facts, parsed), place / "reports", known.language)


def _write_instructions(known: PartnerProfile, folder: Path) -> None:
    """What the partner gets, as its first scenario is instructed."""
    first = scenarios_for(known.role, documents(known))[0]
    for payload in instruct(known, first):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / payload.name).write_bytes(payload.content)


def _named(pattern: str, stem: str) -> str:
    """A file name that fits a pattern: its star becomes the sample's name."""
    fitting = pattern.replace("*", f"SAMPLE_{stem}")
    return "".join("0" if c in "?[]" else c for c in fitting)


def addressed(payload: bytes, format_name: str, profile: Profile) -> bytes:
    """A sample with the partner's own id as its sender, where it has one."""
    if not profile.interchange_id or not format_name.startswith(("x12_", "edifact_")):
        return payload
    text = payload.decode("utf-8", "surrogateescape")
    readdress = _x12_sender if format_name.startswith("x12_") else _edifact_sender
    return readdress(text, profile.interchange_id).encode("utf-8", "surrogateescape")


def _x12_sender(text: str, sender: str) -> str:
    for line in set(_starts(text, "ISA")):
        cells = line.split(line[3])
        cells[6] = sender.ljust(15)
        text = text.replace(line, line[3].join(cells))
    return text


def _edifact_sender(text: str, sender: str) -> str:
    for line in set(_starts(text, "UNB")):
        cells = line.split(line[3])
        cells[2] = cells[2].replace(cells[2].split(":")[0], sender, 1)
        text = text.replace(line, line[3].join(cells))
    return text


def _starts(text: str, name: str) -> Iterator[str]:
    """Beginnings of envelope segments: enough cells to hold the sender."""
    position = text.find(name)
    while position >= 0:
        yield text[position : position + 106]
        position = text.find(name, position + 1)


def _write_form(feed: Feed, folder: Path) -> None:
    """The empty form of a format that people fill in by hand."""
    template = getattr(feed_format(feed.format), "template", None)
    if template is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _named(feed.pattern, "form")).write_bytes(template())


def _write_map(feed: Feed, language: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ending, content = map_of(feed.format, language)
    path = folder / f"{feed.name}.{feed.format}.{ending}.json"
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
