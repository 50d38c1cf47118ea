"""What is wanted of JSON objects, and the types that msgspec decodes them to.

Only what is wanted becomes anything of Python's: most members of a channel's
order are passed over. A type takes what has the shape and nothing else; what it
does not take is not judged here but read with care (``json_tables``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Any

import msgspec

EMPTY_LIST = Annotated[list[Any], msgspec.Meta(max_length=0)]
"""How PHP writes an object without members."""

Cells = Callable[[list[Any]], list[Any]]
"""A member of every object of a list."""


@dataclass(frozen=True)
class Listing:
    """A list of objects inside an object.

    Args:
        path: dotted path of the list.
        shape: of its objects.
        inner: the list may stand in an object, under this name.
        is_loose: one object that is no list counts as a list of one.
    """

    path: str
    shape: Shape
    inner: str = ""
    is_loose: bool = False

    def parts(self, value: Any) -> Any:  # noqa: ANN401 it is any JSON
        """The list that ``value`` is or holds; of any type if it is none."""
        if value is None:
            return []
        if self.inner and type(value) is dict:
            value = value.get(self.inner, [])
        return [value] if self.is_loose and type(value) is dict else value

    @cached_property
    def kind(self) -> Any:  # noqa: ANN401 a type, or a union of some
        """The type of the list, and of whatever may stand for it."""
        many = list[self.shape.kind] | None  # type: ignore[name-defined]
        return many | self._holder if self.inner else self._loose

    @cached_property
    def _loose(self) -> Any:  # noqa: ANN401 likewise
        many = list[self.shape.kind] | None  # type: ignore[name-defined]
        return many | self.shape.kind if self.is_loose else many

    @cached_property
    def _holder(self) -> type[msgspec.Struct]:
        """The type of the object that the list may stand in."""
        return _struct("holder", [(self.inner, self._loose)])

    def moulded(self, values: list[Any]) -> list[Any]:
        """The lists that values of the type are or hold; none if all are empty."""
        if not any(values):
            return []
        if self.inner:
            kind, inside = self._holder, attrgetter("m0")
            values = [inside(v) if type(v) is kind else v for v in values]
        return [v if type(v) is list else (v,) if v else () for v in values]


@dataclass(frozen=True)
class Shape:
    """What becomes of an object: one row, and the rows of its lists.

    Args:
        name: of the table; its rows are counted in ``<name>_no`` from 0.
        texts: dotted paths of scalars; a column is called as its path.
        lists: of objects; their rows know their owner by its number.
        joined: those of ``texts`` that are lists of scalars, joined by commas.
        expandable: members that are an object, or the id of one.
    """

    name: str
    texts: Sequence[str]
    lists: Sequence[Listing] = ()
    joined: Sequence[str] = ()
    expandable: Sequence[str] = ()

    @property
    def number(self) -> str:
        """The column that counts its rows."""
        return f"{self.name}_no"

    @cached_property
    def members(self) -> Members:
        """The same by members of members."""
        members = Members(expandable=frozenset(self.expandable))
        for path in self.texts:
            members.add(path.split("."), path)
        for listing in self.lists:
            members.add(listing.path.split("."), listing)
        return members

    @property
    def kind(self) -> type[msgspec.Struct]:
        """The type of its objects."""
        return self.members.kind

    @cached_property
    def tops(self) -> dict[tuple[tuple[str, ...], ...], Top]:
        """Types of objects that may be pages, as they were asked for."""
        return {}

    def top(self, pages: Sequence[str], besides: Sequence[str]) -> Top:
        """Its objects, or pages of them.

        Args:
            pages: members that hold objects, if it is a page.
            besides: texts that an object or the page around it has.
        """
        key = (tuple(pages), tuple(besides))
        if key not in self.tops:
            self.tops[key] = Top(self, *key)
        return self.tops[key]


@dataclass
class Members:
    """What is wanted of an object's members.

    Args:
        texts: (member, column).
        objects: member → what is wanted of it.
        lists: (member, listing).
        expandable: those of ``objects`` that may be told by their id.
    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    objects: dict[str, Members] = field(default_factory=dict)
    lists: list[tuple[str, Listing]] = field(default_factory=list)
    expandable: frozenset[str] = frozenset()

    def add(self, names: list[str], wanted: str | Listing) -> None:
        """Want something at the end of a path."""
        first, *rest = names
        if rest:
            self.objects.setdefault(first, Members()).add(rest, wanted)
        elif isinstance(wanted, Listing):
            self.lists.append((first, wanted))
        else:
            self.texts.append((first, wanted))

    @cached_property
    def names(self) -> list[str]:
        """Of all members; the type calls them by their places."""
        lists = (name for name, _ in self.lists)
        return [*(name for name, _ in self.texts), *self.objects, *lists]

    @cached_property
    def kind(self) -> type[msgspec.Struct]:
        """The type of objects of which so much is wanted."""
        texts = [(name, Any) for name, _ in self.texts]
        objects = [(name, self._part(name)) for name in self.objects]
        lists = [(name, listing.kind) for name, listing in self.lists]
        return _struct("object", [*texts, *objects, *lists])

    def _part(self, name: str) -> Any:  # noqa: ANN401 a union of types
        part = self.objects[name].kind | EMPTY_LIST | None
        return part | str if name in self.expandable else part

    @cached_property
    def columns(self) -> list[str]:
        """All columns of it, and of the objects in it."""
        own = [column for _, column in self.texts]
        return own + [c for one in self.objects.values() for c in one.columns]

    @cached_property
    def nothing(self) -> msgspec.Struct:
        """An object that says nothing of what is wanted."""
        return self.kind()

    def named(self, value: Any, is_moulded: bool) -> Any:  # noqa: ANN401, FBT001 any JSON
        """An object that is told by its id, as an object with an id."""
        if type(value) is not str:
            return value
        return self._by_id(value) if is_moulded else {"id": value}

    def _by_id(self, value: str) -> msgspec.Struct:
        return self.kind(
            **{f"m{n}": value for n, name in enumerate(self.names) if name == "id"}
        )

    @cached_property
    def cells(self) -> dict[str, Cells]:
        """By member: what every object of a type says of it."""
        return {name: _cells_of(f"m{n}") for n, name in enumerate(self.names)}


def _cells_of(name: str) -> Cells:
    # Written out, it takes half the time that any getter of a name does; and
    # nothing of a file is in it.
    written = f"lambda objects: [one.{name} for one in objects]"
    cells: Cells = eval(written)  # noqa: S307 our own words
    return cells


def _struct(name: str, members: Sequence[tuple[str, Any]]) -> type[msgspec.Struct]:
    """A type whose members are null unless they are told.

    Raises:
        ValueError: two members have one name.
    """
    names = {f"m{place}": member for place, (member, _) in enumerate(members)}
    if len(set(names.values())) < len(members):
        raise ValueError(f"a member is wanted twice: {[*names.values()]}")
    fields = [(f"m{n}", kind, None) for n, (_, kind) in enumerate(members)]
    # They hold no circles: Python's garbage collector need not know of them.
    kind: type[msgspec.Struct] = msgspec.defstruct(
        name, fields, rename=names, gc=False, eq=False
    )
    return kind


class Top:
    """Objects of a shape as they stand in a text, or pages of them.

    A page's members that may lead to objects stay as they are spelled, until it
    is known that they do.
    """

    def __init__(
        self, shape: Shape, pages: Sequence[str], besides: Sequence[str]
    ) -> None:
        """Make the types; ``Shape.top`` keeps them."""
        named = {f"p{n}": name for n, name in enumerate(pages)}
        said = {f"b{n}": name for n, name in enumerate(besides)}
        kind = msgspec.defstruct(
            "top",
            [
                *((name, msgspec.Raw, msgspec.UNSET) for name in named),
                *((name, Any, msgspec.UNSET) for name in said),
            ],
            bases=(shape.kind,),
            rename=named | said,
            gc=False,
            eq=False,
        )
        self.besides = said
        self._cells = shape.members.cells
        self._pages = [attrgetter(name) for name in named]
        self._all_pages = [_cells_of(name) for name in named]
        self._lines = msgspec.json.Decoder(kind).decode_lines
        self._decoders = {
            is_exact: [
                msgspec.json.Decoder(wanted, float_hook=hook).decode
                for wanted in (kind, list[kind])  # type: ignore[valid-type]
            ]
            for is_exact, hook in ((False, None), (True, str))
        }

    def decoded(self, text: str | msgspec.Raw, *, is_exact: bool) -> Any:  # noqa: ANN401 one or a list
        """The object or the objects of a list.

        Args:
            text: of a value.
            is_exact: whether numbers with a fraction or an exponent are left as
                they are spelled.

        Raises:
            ValueError: it is no JSON, or has not the shape.
            RecursionError: it is too deep.
        """
        one, many = self._decoders[is_exact]
        try:
            return one(text)
        except msgspec.ValidationError:
            return many(text)

    def decoded_lines(self, texts: Sequence[str]) -> list[Any] | None:
        """The objects of lines that are one each, else None.

        Args:
            texts: lines without a number that a float cannot tell.
        """
        if any(text[0] != "{" or text[-1] != "}" for text in texts):
            return None
        try:
            # Neither goes on after "}" with "{", nor does text over a newline: each
            # line holds an object at least, and as many as lines are one of each.
            found: list[Any] = self._lines("\n".join(texts))
        except (ValueError, RecursionError):
            return None
        return found if len(found) == len(texts) else None

    def are_bare(self, values: list[Any]) -> bool:
        """Whether no object has a member that leads to others."""
        none = [msgspec.UNSET] * len(values)
        return all(cells(values) == none for cells in self._all_pages)

    def is_bare(self, value: Any) -> bool:  # noqa: ANN401 of our type
        """Whether an object has no member that leads to others."""
        return all(page(value) is msgspec.UNSET for page in self._pages)

    def pages(self, value: Any) -> list[msgspec.Raw]:  # noqa: ANN401 of our type
        """What may hold objects of an object, in the order of their names."""
        found = [page(value) for page in self._pages]
        return [
            raw
            for raw in found
            if raw is not msgspec.UNSET and bytes(memoryview(raw)[:1]) in b"[{"
        ]

    def said(self, value: Any) -> dict[str, Any]:  # noqa: ANN401 of our type
        """What an object says of the texts besides, by their places."""
        told = {name: getattr(value, name) for name in self.besides}
        return {name: one for name, one in told.items() if one is not msgspec.UNSET}

    def say(self, found: Sequence[Any], said: Mapping[str, Any]) -> None:
        """Tell objects what the page around them says of what they do not."""
        for name in self.besides:
            for one in found:
                if getattr(one, name) in (None, msgspec.UNSET):
                    setattr(one, name, said.get(name))

    def cells(self, name: str, values: list[Any]) -> list[Any]:
        """A member of each object; nulls if the shape does not want it."""
        cells = self._cells.get(name)
        return cells(values) if cells else [None] * len(values)
