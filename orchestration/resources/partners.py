"""Partners as their YAML says, read without Dagster.

One file a partner: ``orchestration/defs/partners/<partner>/defs.yaml``. The
Dagster component and the command line read the same file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from orchestration.resources.formats import (
    feed_format,
    instruction_format,
    kinds_of,
)
from orchestration.resources.numbering import (
    ANSWERS_FROM,
    MAX_CONTROL_NO,
    too_close,
)
from orchestration.resources.profile_lines import faults_in, refuse_leading_zeros
from orchestration.resources.refusal import RefusalError
from orchestration.resources.transports.settings import (
    FolderSettings,
    TransportSettings,
)
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    PAYMENT_REQUESTS,
    SHIPPING_ORDERS,
)
from transforms.contracts.options import (
    options_of,
    options_written,
    unknown_option,
)
from transforms.contracts.profile import WHOLE, Profile, Share
from transforms.contracts.telling import (
    ARRIVAL_LINES,
    CHANGE_ANSWERS,
    ORDER_ANSWERS,
    SHIPPED_LINES,
    STOCK_OFFERS,
)

PARTNERS = Path(__file__).resolve().parents[1] / "defs" / "partners"

WRITTEN_BY_RUNS = {
    *(SHIPPING_ORDERS.name, CANCEL_REQUESTS.name, PAYMENT_REQUESTS.name),
    *(STOCK_OFFERS.name, SHIPPED_LINES.name, ARRIVAL_LINES.name),
    *(ORDER_ANSWERS.name, CHANGE_ANSWERS.name),
}
"""Documents that a run decides and writes."""

CADENCES = ("hourly", "daily", "weekly", "as needed", "every run", "once")
"""How often files come; of the first three a missing one is noticed."""

_POSITIVE = re.compile(r"[1-9][0-9]{0,17}")
MOST_DIGITS = 18
"""Of a running number: as many as fit the ledger."""


class ProfileError(RefusalError, ValueError):
    """A file is not a partner; the message names file and line."""


class Feed(BaseModel):
    """One kind of file that a partner sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    format: str
    pattern: str
    cadence: str = "daily"
    due_local: str = Field(default="23:59", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    sequence: str = ""
    business_date: str = ""
    options: dict[str, str] = Field(default_factory=dict)

    @field_validator("cadence")
    @classmethod
    def _is_a_cadence(cls, value: str) -> str:
        """A misspelt one would be waited for by nobody."""
        if value not in CADENCES:
            (nearest,) = get_close_matches(value, CADENCES, 1, 0)
            raise ValueError(
                f"{value!r} is no cadence, {nearest!r} is; there are"
                f" {', '.join(CADENCES)}"
            )
        return value

    @field_validator("sequence", "business_date")
    @classmethod
    def _has_one_group(cls, value: str) -> str:
        try:
            groups = re.compile(value).groups
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from error
        if value and groups != 1:
            raise ValueError(f"{value!r} must have one group: what is in brackets")
        return value

    @field_validator("format")
    @classmethod
    def _is_known(cls, value: str) -> str:
        feed_format(value)
        return value

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of X12 sets or EDIFACT messages that it reads; none of other files."""
        return kinds_of(self.format)

    @property
    def document(self) -> str:
        """Bronze table its rows go to."""
        return str(feed_format(self.format).DOCUMENT.name)

    def has_name(self, file_name: str) -> bool:
        """Whether a file's name matches the pattern."""
        return fnmatchcase(file_name, self.pattern)

    def number_in(self, file_name: str) -> str:
        """The digits of a file's running number, "" where ``sequence`` finds none."""
        found = re.search(self.sequence, file_name) if self.sequence else None
        digits = found[1] if found and found[1] else ""
        is_number = digits.isascii() and digits.isdecimal()
        return digits if is_number and len(digits) <= MOST_DIGITS else ""

    def date_in(self, file_name: str) -> date | None:
        """The business date in a file's name, where ``business_date`` finds one."""
        found = re.search(self.business_date, file_name) if self.business_date else None
        digits = re.sub(r"[^0-9]", "", found[1]) if found else ""
        try:
            return date.fromisoformat(digits) if digits else None
        except ValueError:
            return None


class Instruction(BaseModel):
    """One kind of file that a partner gets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    format: str

    @field_validator("format")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if instruction_format(value).DOCUMENT.name not in WRITTEN_BY_RUNS:
            raise ValueError(f"no run decides the rows of {value}: orderhouse render")
        return value


class Contact(BaseModel):
    """Who is called when a file is late or wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["operations", "technical", "accounts"] = "operations"
    name: str
    email: str = ""
    phone: str = ""


class PartnerProfile(BaseModel):
    """A partner's profile: who it is, what it sends and what it gets.

    ``answers`` is how the partner is told what became of its files: ``csv``,
    ``x12`` (997, TA1), ``edifact`` (CONTRL) or ``none``. Files of business dates
    before ``live_from`` are tests: they land and are answered, and count nowhere.
    On ``closed_dates`` no file is expected, whatever weekday they are.
    ``our_interchange_id`` is the id by which it knows us in X12 and EDIFACT; where it
    is said, interchanges to anybody else are refused. ``closing`` says what closes
    an instruction once nothing of it is open: ``final_945`` the ship confirmation
    that leaves nothing open, ``status:PACKED`` (or another code of
    fulfilment_statuses) besides that status, ``days:3`` so many days after it.
    ``corrections: replace`` says that a node takes an instruction again, which counts
    instead of the first; others are asked for its eaches back. ``first_control_no``
    and ``first_answer_no`` are the first numbers of what we send it and of our
    answers to its files, for a partner that the system before had numbered; once one
    was sent, what is on record counts.
    """

    # A password pasted where a name belongs must not be printed by its refusal.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    partner_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    display_name: str
    role: Literal["channel", "3pl", "own"]
    owner: str
    zone: str = "UTC"
    currency_code: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    interchange_id: str = Field(default="", max_length=15)
    interchange_qualifier: str = "ZZ"
    our_interchange_id: str = Field(default="ORDERHOUSE", min_length=1, max_length=15)
    our_interchange_qualifier: str = "ZZ"
    quantity_basis: Literal["on_hand", "available"] = "on_hand"
    options: dict[str, str] = Field(default_factory=dict)
    answers: Literal["csv", "x12", "edifact", "none"] = "csv"
    language: Literal["en", "zh"] = "en"
    open_weekdays: str = Field(default="1234567", pattern=r"^1?2?3?4?5?6?7?$")
    closed_dates: tuple[date, ...] = ()
    live_from: date | None = None
    max_file_bytes: int = Field(default=64 << 20, gt=0)
    contacts: tuple[Contact, ...] = ()
    transport: TransportSettings = FolderSettings()
    feeds: tuple[Feed, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    closing: str = Field(
        default="final_945",
        pattern=r"^(final_945|status:[A-Z][A-Z_]*|days:[1-9][0-9]?)$",
    )

    corrections: Literal["replace", "cancel"] = "cancel"
    first_control_no: int = Field(default=1, ge=1, le=MAX_CONTROL_NO, strict=True)
    first_answer_no: int = Field(
        default=ANSWERS_FROM + 1, ge=1, le=MAX_CONTROL_NO, strict=True
    )

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no zone, America/Chicago is") from error
        return value

    @field_validator("feeds", "instructions")
    @classmethod
    def _are_told_apart(
        cls, value: tuple[Feed | Instruction, ...]
    ) -> tuple[Feed | Instruction, ...]:
        """Names are parts of asset keys, and of two feeds the first pattern wins."""
        names = [one.name for one in value]
        feeds = [one for one in value if isinstance(one, Feed)]
        for found in (names, _patterns(feeds), _sets(feeds)):
            _refuse_twice(found)
        return value

    @model_validator(mode="after")
    def _numbers_stay_apart(self) -> Self:
        """One number of two files would be a repeat to the partner."""
        if fault := too_close(self.first_control_no, self.first_answer_no):
            raise ValueError(fault)
        return self

    @model_validator(mode="after")
    def _bounds_are_numbers(self) -> Self:
        """Options that bound a file are read when one comes, and must hold then."""
        said = [("", self.options)]
        said += [(f"feed {feed.name}: ", feed.options) for feed in self.feeds]
        for place, options in said:
            for name, text in options.items():
                if name.startswith("max_") and not _POSITIVE.fullmatch(text):
                    raise ValueError(f"{place}{name}: {text!r} is no number above 0")
        return self

    @model_validator(mode="after")
    def _options_are_known(self) -> Self:
        """An option that its format does not read would do nothing.

        One of the partner is for those of its files that know it.
        """
        for feed in self.feeds:
            for name in feed.options:
                known = options_of(feed.format)
                if fault := unknown_option(name, known, feed.format):
                    raise ValueError(f"feed {feed.name}: {fault}")
        for name in self.options if self.feeds or self.instructions else ():
            if fault := unknown_option(name, *self._known_options):
                raise ValueError(fault)
        return self

    @model_validator(mode="after")
    def _feeds_have_their_options(self) -> Self:
        """A format that maps columns says now what its options lack."""
        for feed in self.feeds:
            faults = getattr(feed_format(feed.format), "faults", None)
            found = list(faults(self.profile(feed))) if faults else []
            if found:
                raise ValueError(f"feed {feed.name}: {'; '.join(found)}")
        return self

    @model_validator(mode="after")
    def _replacements_can_be_said(self) -> Self:
        """A format without a word for it would ask for the same goods twice."""
        orders = [f for f in self.formats if _document(f) == SHIPPING_ORDERS.name]
        can = all(getattr(instruction_format(f), "REPLACES", False) for f in orders)
        if self.corrections == "replace" and not (orders and can):
            raise ValueError(
                "corrections: replace: x12_940 and edifact_insdes can say it,"
                f" {', '.join(orders) or 'nothing that it gets'} cannot"
            )
        return self

    @property
    def _known_options(self) -> tuple[list[str], str]:
        """Options that some file of the partner reads, and the formats of those."""
        sent = dict.fromkeys(feed.format for feed in self.feeds)
        read = [name for one in sent for name in options_of(one)]
        read += [name for one in self.formats for name in options_written(one)]
        return read, ", ".join(dict.fromkeys([*sent, *self.formats]))

    @property
    def formats(self) -> tuple[str, ...]:
        """Formats of what it gets."""
        return tuple(entry.format for entry in self.instructions)

    @property
    def documents(self) -> frozenset[str]:
        """Documents of what it gets."""
        return frozenset(map(_document, self.formats))

    @property
    def takes_replacements(self) -> bool:
        """Whether an instruction that it gets again counts instead of the first."""
        return self.corrections == "replace"

    def feeds_of(self, file_name: str) -> tuple[Feed, ...]:
        """The feeds whose patterns a file name matches, in the order of the YAML."""
        return tuple(f for f in self.feeds if f.has_name(file_name))

    def feed_of(self, file_name: str) -> Feed | None:
        """The first feed whose pattern the file name matches."""
        return next(iter(self.feeds_of(file_name)), None)

    def feed_named(self, name: str) -> Feed | None:
        """The feed of a name, None when the profile has none of it any more."""
        return next((f for f in self.feeds if f.name == name), None)

    def profile(self, feed: Feed | None = None, share: Share = WHOLE) -> Profile:
        """What formats need to know of the partner; a feed's options go first."""
        return Profile(
            partner_id=self.partner_id,
            zone=self.zone,
            currency_code=self.currency_code,
            interchange_id=self.interchange_id,
            interchange_qualifier=self.interchange_qualifier,
            our_interchange_id=self.our_interchange_id,
            is_ours_said="our_interchange_id" in self.model_fields_set,
            our_interchange_qualifier=self.our_interchange_qualifier,
            quantity_basis=self.quantity_basis,
            options=self.options | (feed.options if feed else {}),
            share=share,
        )


def _document(format_name: str) -> str:
    return str(instruction_format(format_name).DOCUMENT.name)


def _patterns(feeds: Sequence[Feed]) -> list[str]:
    """Patterns, of X12 and EDIFACT feeds once: there a set tells whose it is."""
    mixed = {feed.pattern for feed in feeds if feed.kinds}
    return [*(feed.pattern for feed in feeds if not feed.kinds), *sorted(mixed)]


def _sets(feeds: Sequence[Feed]) -> list[str]:
    return [f"{f.pattern} of {kind}" for f in feeds for kind in sorted(f.kinds)]


def _refuse_twice(found: Sequence[str]) -> None:
    twice = next((one for one in found if found.count(one) > 1), None)
    if twice:
        raise ValueError(f"{twice!r} stands twice")


def partner(name: str, folder: Path = PARTNERS) -> PartnerProfile:
    """One partner: by its id, or by the path of a YAML that is no part of a house.

    Raises:
        ValueError: there is no such partner.
        ProfileError: its file is none.
    """
    path = (
        Path(name) if name.endswith((".yaml", ".yml")) else folder / name / "defs.yaml"
    )
    if not path.is_file():
        known = ", ".join(sorted(p.parent.name for p in folder.glob("*/defs.yaml")))
        raise ValueError(f"no partner {name!r}; known: {known}")
    return _read(path)


def _read(path: Path) -> PartnerProfile:
    text, place = "", "/".join(path.parts[-2:])
    try:
        text = path.read_text(encoding="utf-8")
        attributes = yaml.safe_load(text)["attributes"]
        refuse_leading_zeros(text)
        return PartnerProfile(**attributes)
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise ProfileError(faults_in(error, text, place)) from error


@cache
def partners(folder: Path = PARTNERS) -> dict[str, PartnerProfile]:
    """Every partner, by id, from ``<folder>/*/defs.yaml``.

    Raises:
        ProfileError: a file is not a partner; the message names the file.
    """
    found = [_read(path) for path in sorted(folder.glob("*/defs.yaml"))]
    return {one.partner_id: one for one in found}
