"""JSON objects → flat frames of text, by paths that a format declares.

Cells are taken column by column, of some objects at a time. Text that has the
shape becomes typed objects with what is wanted and no more (``json_shapes``); any
other is decoded whole and looked at member by member, so that it can be said what
is wrong with it. Not here: what is right or wrong with the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, NamedTuple, TypeVar

import numpy as np
import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading import rejects
from transforms.feeds.reading.json_limits import MAX_OBJECTS
from transforms.feeds.reading.json_lines import one_object_a_line
from transforms.feeds.reading.json_shapes import Listing, Members, Shape
from transforms.feeds.reading.json_units import (
    Inside,
    Texts,
    Unit,
    Units,
    most_objects,
    read_json_lines,
    unit,
)
from transforms.feeds.reading.scalars import Numbers, text_frame
from transforms.feeds.reading.text import MAX_CELLS, Lines, refused_whole

Taken = TypeVar("Taken")

_DECODED_AT_ONCE = 4
"""Python's garbage collector takes note of more orders with their lines."""

_AT_MOST = 5_000
"""Cells of a column that wait to become a frame."""

_NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Tables:
    """Objects as rows; numbers count from 0 in the order of the file.

    Args:
        frames: by name of the shape: its number, its owner's (the outermost has
            ``payload_line`` instead), and its texts.
        problems: ``rejects.PROBLEM`` of units that have not the shape.
        unit_lines: first line of every unit.
    """

    frames: Mapping[str, pl.DataFrame]
    problems: pl.DataFrame
    unit_lines: list[int]


class TooManyObjects(Exception):  # noqa: N818 of a file, and no mistake of ours
    """A file holds more than it may, says what; what was taken of it is let go."""


class Most(NamedTuple):
    """What a file may hold.

    Args:
        objects: with what they list.
        cells: of all tables together.
    """

    objects: int = MAX_OBJECTS
    cells: int = MAX_CELLS


_MOST = Most()


def read_tables(
    payload: bytes,
    profile: Profile,
    units: Units,
    shape: Shape,
    framed: Sequence[str] = (),
) -> tuple[Lines, Tables]:
    """The lines of a payload and its objects; none of more than it may hold.

    A page on one line has a line for each of its objects.

    Args:
        payload: any bytes.
        profile: options of ``read_json_lines``.
        units: finds the objects in the lines.
        shape: of the objects.
        framed: members that an object or the page around it has, columns too.
    """
    if isinstance(units, Inside):
        payload = one_object_a_line(payload, units.wrappers)
    return bounded(
        payload,
        profile,
        lambda lines, most: take_apart(units(lines), shape, framed, most),
    )


def bounded(
    payload: bytes, profile: Profile, take: Callable[[Lines, Most], Taken]
) -> tuple[Lines, Taken]:
    """The lines of a payload and what is taken of them.

    A payload of too many objects is refused whole, and nothing is taken.

    Args:
        payload: any bytes.
        profile: options of ``read_json_lines``.
        take: of the lines, with no more than so much.
    """
    lines = read_json_lines(payload, profile)
    cells = int(profile.options.get("max_cells", MAX_CELLS))
    most = Most(most_objects(profile), cells)
    try:
        return lines, take(lines, most)
    except TooManyObjects as error:
        lines = refused_whole("FILE_TOO_LARGE", str(error))
        return lines, take(lines, most)


def take_apart(
    units: Iterable[Unit | Texts],
    shape: Shape,
    framed: Sequence[str] = (),
    most: Most = _MOST,
) -> Tables:
    """The objects of all units as flat frames of text.

    Units are decoded some at a time and let go: to keep a year of decoded
    orders would cost more than to decode them.

    Args:
        units: of a payload.
        shape: of the objects in them.
        framed: members that an object or the page around it has, columns too.
        most: that they may hold.

    Raises:
        TooManyObjects: there are more.
    """
    harvest = _Harvest(shape, framed, _Room(most))
    for one in units:
        if isinstance(one, Texts):
            harvest.add_texts(one)
        else:
            harvest.add(one)
    return harvest.tables_found()


class _Room:
    """What a payload may still hold."""

    def __init__(self, most: Most) -> None:
        self._most, self._objects, self._cells = most, 0, 0

    def take(self, objects: int, cells: int) -> None:
        """Make room for so much more.

        Raises:
            TooManyObjects: there is none.
        """
        self._objects += objects
        self._cells += cells
        if self._objects > self._most.objects:
            raise TooManyObjects(f"more than {self._most.objects} objects")
        if self._cells > self._most.cells:
            raise TooManyObjects(f"objects of more than {self._most.cells} members")


@dataclass(frozen=True)
class Kinds:
    """Objects of several shapes, told apart by a member.

    Args:
        shapes: by kind; what is no object goes to the first.
        member: which says the kind; all shapes want it.
        kind: what the member's value means, a key of ``shapes``.
        guess: the kind of a text that is not decoded yet; it may be mistaken.
        are: whether values of the member mean a kind, all of them; a no may be
            mistaken.
    """

    shapes: Mapping[str, Shape]
    member: str
    kind: Callable[[Any], str]
    guess: Callable[[str], str]
    are: Callable[[list[Any], str], bool]

    def sorted_out(self, some: Texts) -> dict[str, Texts]:
        """Lines by what they look like."""
        lines: dict[str, tuple[list[int], list[str], list[bool]]] = {}
        guess = self.guess
        for line, text, is_exact in some.each():
            kept = lines.setdefault(guess(text), ([], [], []))
            kept[0].append(line)
            kept[1].append(text)
            kept[2].append(is_exact)
        return {name: Texts(*kept, some.opening) for name, kept in lines.items()}


def take_apart_by_kind(
    units: Iterable[Unit | Texts], kinds: Kinds, most: Most = _MOST
) -> dict[str, Tables]:
    """The same of objects of several kinds, each with its own tables.

    Args:
        units: of one object each.
        kinds: of the objects.
        most: that they may hold.

    Raises:
        TooManyObjects: there are more.
    """
    room = _Room(most)
    harvests = {name: _Harvest(shape, (), room) for name, shape in kinds.shapes.items()}
    for some in units:
        if isinstance(some, Texts):
            _add_by_kind(harvests, some, kinds)
        else:
            harvests[_kind_of(some, kinds)].add(some)
    return {name: harvest.tables_found() for name, harvest in harvests.items()}


def _add_by_kind(harvests: Mapping[str, _Harvest], some: Texts, kinds: Kinds) -> None:
    """Take each text for what it looks like, unless one is something else."""
    parts = kinds.sorted_out(some)
    tops = {name: kinds.shapes[name].top((), ()) for name in parts}
    moulded = {name: part.all_moulded(tops[name]) for name, part in parts.items()}
    if all(
        found is not None and kinds.are(tops[name].cells(kinds.member, found), name)
        for name, found in moulded.items()
    ):
        for name, found in moulded.items():
            harvests[name].add_all_moulded(parts[name].lines, found or [])
    else:
        _add_one_by_one(harvests, some, kinds)


def _add_one_by_one(
    harvests: Mapping[str, _Harvest], some: Texts, kinds: Kinds
) -> None:
    tops = {name: shape.top((), ()) for name, shape in kinds.shapes.items()}
    for line, text, is_exact in some.each():
        name = kinds.guess(text)
        found = some.moulded(text, tops[name], is_exact=is_exact)
        if found and kinds.kind(tops[name].cells(kinds.member, found)[0]) == name:
            harvests[name].add_moulded(line, found)
        else:
            one = unit(line, text, is_exact, some.opening)
            harvests[_kind_of(one, kinds)].add(one)
    for harvest in harvests.values():
        harvest.take_moulded()


def _kind_of(one: Unit, kinds: Kinds) -> str:
    value = one.values[0] if one.values else None
    if isinstance(value, dict):
        return kinds.kind(value.get(kinds.member))
    return next(iter(kinds.shapes))


class _Found:
    """The cells of one table, column by column.

    They become frames some thousand at a time: Python's garbage collector would
    walk over long lists of them again and again.
    """

    def __init__(self, shape: Shape, owner: str, framed: Sequence[str] = ()) -> None:
        self.owner, self._number = owner, shape.number
        self.texts: dict[str, list[Any]] = {p: [] for p in (*shape.texts, *framed)}
        self.count, self._closed = 0, 0
        self._owners: list[Numbers] = [np.empty(0, np.int64)]
        self._parts: list[pl.DataFrame] = []

    @property
    def width(self) -> int:
        """Cells of an object, its own number one of them."""
        return 1 + len(self.texts)

    def add(self, owners: Numbers) -> Numbers:
        """Count objects of these owners; returns their own numbers."""
        first = self.count
        self.count += len(owners)
        self._owners.append(owners)
        return np.arange(first, self.count)

    def close(self, longest: int) -> None:
        """Make a frame of the cells if there are more than ``longest``."""
        if self.count - self._closed > longest:
            own = np.arange(self._closed, self.count)
            numbers = {self.owner: np.concatenate(self._owners), self._number: own}
            self._parts.append(text_frame(numbers, self.texts))
            for column in self.texts.values():
                column.clear()
            self._owners = self._owners[:1]
            self._closed = self.count

    def frame(self) -> pl.DataFrame:
        self.close(-1)
        return pl.concat(self._parts)


@dataclass(frozen=True)
class _Batch:
    """Objects of one shape.

    Args:
        objects: typed or decoded whole.
        numbers: of each.
        lines: of the unit of each; of typed objects nobody asks.
        is_moulded: whether they are typed.
    """

    objects: list[Any]
    numbers: Numbers
    lines: list[int]
    is_moulded: bool

    def cells(self, members: Members, name: str) -> list[Any]:
        """A member of each."""
        if self.is_moulded:
            return members.cells[name](self.objects)
        return [one.get(name) for one in self.objects]

    def parts(self, objects: list[Any]) -> _Batch:
        """Members of the same, one of each."""
        return _Batch(objects, self.numbers, self.lines, self.is_moulded)


class _Harvest:
    def __init__(self, shape: Shape, framed: Sequence[str], room: _Room) -> None:
        self.tables = {shape.name: _Found(shape, "payload_line", framed)}
        self._plan(shape)
        self._shape, self._framed, self._room = shape, framed, room
        # Objects, and what they list; what is listed deeper counts by its cells.
        self._counted = {shape.name, *(one.shape.name for one in shape.lists)}
        self.broken: list[rejects.Problem] = []
        self._broken_parts: list[pl.DataFrame] = []
        self.unit_lines: list[int] = []
        self._decoded: list[Unit] = []
        self._moulded: list[Any] = []
        self._moulded_lines: list[int] = []

    def _plan(self, shape: Shape) -> None:
        for inside in (listing.shape for listing in shape.lists):
            found = self.tables.setdefault(inside.name, _Found(inside, shape.number))
            if shape.number != found.owner:
                raise ValueError(f"{inside.name!r} has two kinds of owners")
            self._plan(inside)

    def tables_found(self) -> Tables:
        """What was taken so far."""
        self.take_moulded()
        self._take_decoded()
        frames = {name: found.frame() for name, found in self.tables.items()}
        self._close_broken(-1)
        return Tables(frames, pl.concat(self._broken_parts), self.unit_lines)

    def _close_broken(self, longest: int) -> None:
        """Make a frame of the problems if there are more than ``longest``."""
        if len(self.broken) > longest:
            self._broken_parts.append(rejects.problems(self.broken))
            self.broken.clear()

    def add(self, one: Unit) -> None:
        """Add a unit, or name what is wrong with its shape.

        What was added of a broken unit falls with it.
        """
        self.take_moulded()
        self.unit_lines.append(one.line)
        self._decoded.append(one)
        if len(self._decoded) >= _DECODED_AT_ONCE:
            self._take_decoded()

    def add_texts(self, some: Texts) -> None:
        """Add lines, those with care that must be."""
        top = self._shape.top(some.opening.wrappers, self._framed)
        every = some.all_moulded(top)
        if every is not None:
            self.add_all_moulded(some.lines, every)
            return
        for line, text, is_exact in some.each():
            found = some.moulded(text, top, is_exact=is_exact)
            if found is None:
                self.add(unit(line, text, is_exact, some.opening))
            else:
                self.add_moulded(line, found)
        self.take_moulded()

    def add_moulded(self, line: int, found: list[Any]) -> None:
        """Add the typed objects of a line."""
        if self._decoded:
            self._take_decoded()
        self.unit_lines.append(line)
        self._moulded += found
        self._moulded_lines += [line] * len(found)

    def add_all_moulded(self, lines: Sequence[int], found: Sequence[Any]) -> None:
        """Add the typed objects of lines, one of each, and take their cells."""
        if self._decoded:
            self._take_decoded()
        self.unit_lines += lines
        self._moulded += found
        self._moulded_lines += lines
        self.take_moulded()

    def take_moulded(self) -> None:
        """Take the cells of all typed objects that wait."""
        objects, lines = self._moulded, self._moulded_lines
        if not objects:
            return
        self._moulded, self._moulded_lines = [], []
        texts = self.tables[self._shape.name].texts
        for place, name in enumerate(self._framed):
            texts[name] += [getattr(one, f"b{place}") for one in objects]
        self._add(self._shape, objects, np.array(lines), [], is_moulded=True)
        self._close()

    def _take_decoded(self) -> None:
        units, self._decoded = self._decoded, []
        found = list(self._objects(units))
        self._close_broken(_AT_MOST)
        if not found:
            return
        texts = self.tables[self._shape.name].texts
        for name in self._framed:
            texts[name] += [_said(unit, value, name) for unit, value in found]
        lines = [unit.line for unit, _ in found]
        values = [value for _, value in found]
        self._add(self._shape, values, np.array(lines), lines, is_moulded=False)
        self._close()

    def _close(self) -> None:
        for table in self.tables.values():
            table.close(_AT_MOST)

    def _objects(self, units: list[Unit]) -> Iterator[tuple[Unit, Any]]:
        """Objects with their units; units with anything else are refused."""
        for one in units:
            kinds = set(map(type, one.values))
            if one.is_broken or kinds - {dict}:
                self._refuse(one.line, "line")
            if dict in kinds:
                yield from ((one, v) for v in one.values if type(v) is dict)

    def _add(
        self,
        shape: Shape,
        objects: list[Any],
        owners: Numbers,
        lines: list[int],
        *,
        is_moulded: bool,
    ) -> None:
        table, count = self.tables[shape.name], len(owners)
        self._room.take(
            count if shape.name in self._counted else 0, count * table.width
        )
        numbers = table.add(owners)
        batch = _Batch(objects, numbers, lines, is_moulded)
        self._visit(shape, shape.members, batch)

    def _visit(self, shape: Shape, members: Members, batch: _Batch) -> None:
        """Take what is wanted of the members of objects."""
        texts = self.tables[shape.name].texts
        for member, column in members.texts:
            cells = batch.cells(members, member)
            texts[column] += map(_joined, cells) if column in shape.joined else cells
        for member, inside in members.objects.items():
            parts = self._parts(member, members, batch)
            if batch.is_moulded and not any(parts):
                for column in inside.columns:
                    texts[column] += repeat(None, len(parts))
            else:
                nothing = inside.nothing if batch.is_moulded else _NOTHING
                filled = parts if all(parts) else [part or nothing for part in parts]
                self._visit(shape, inside, batch.parts(filled))
        for member, listing in members.lists:
            self._list(listing, batch, batch.cells(members, member), member)

    def _parts(self, member: str, members: Members, batch: _Batch) -> list[Any]:
        """Objects that are a member of others."""
        parts = batch.cells(members, member)
        if member in members.expandable:
            inside = members.objects[member]
            parts = [inside.named(one, batch.is_moulded) for one in parts]
        if batch.is_moulded:
            return parts
        return self._only(dict, parts, batch.lines, member)

    def _list(
        self, listing: Listing, batch: _Batch, values: list[Any], member: str
    ) -> None:
        if batch.is_moulded:
            values = listing.moulded(values)
        elif set(map(type, values)) != {list}:
            values = [listing.parts(value) for value in values]
            values = self._only(list, values, batch.lines, member)
        objects = list(chain.from_iterable(values))
        if not objects:
            return
        lengths = list(map(len, values))
        owners = np.repeat(batch.numbers, lengths)
        lines = batch.lines
        if not batch.is_moulded:
            lines = list(chain.from_iterable(map(repeat, lines, lengths)))
            objects = self._only(dict, objects, lines, member, is_null_fine=False)
        self._add(listing.shape, objects, owners, lines, is_moulded=batch.is_moulded)

    def _only(
        self,
        kind: type,
        values: list[Any],
        lines: list[int],
        name: str,
        *,
        is_null_fine: bool = True,
    ) -> list[Any]:
        """Values of one type, empty ones instead of others, which are refused.

        An empty list where an object belongs is how PHP writes an empty object.
        """
        if set(map(type, values)) <= {kind}:
            return values
        for value, line in zip(values, lines, strict=True):
            is_nothing = is_null_fine and (value is None or value == [])
            if type(value) is not kind and not is_nothing:
                self._refuse(line, name)
        nothing: Any = _NOTHING if kind is dict else ()
        return [value if type(value) is kind else nothing for value in values]

    def _refuse(self, line: int, name: str) -> None:
        self.broken.append(
            (line, name, "BAD_JSON", name if name != "line" else "", None)
        )


def _joined(value: object) -> object:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _said(unit: Unit, value: object, name: str) -> object:
    """What an object says, or else the page around it."""
    own = value.get(name) if isinstance(value, dict) else None
    return unit.frame.get(name) if own is None else own
