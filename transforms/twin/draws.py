"""Deterministic draws: every choice of the twin from (seed, purpose, key).

The same key draws the same number whatever stands beside it, so that a played
day is the same on top of a week and of a year. Not here: what is chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def splitmix(words: Words) -> Words:
    """One round of splitmix64: equal words in, equal words out, well spread."""
    with np.errstate(over="ignore"):
        z = words + _GOLDEN
        z = (z ^ (z >> np.uint64(30))) * _FIRST
        z = (z ^ (z >> np.uint64(27))) * _SECOND
    return z ^ (z >> np.uint64(31))


def key_of(text: str) -> int:
    """A stable number below 2**62 for a text, whatever the process."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 2


def draws(keys: pl.Series, seed: int, purpose: str, modulus: int) -> pl.Series:
    """A number in 0 … modulus - 1 per key.

    Args:
        keys: integers, or texts (hashed with ``key_of`` first).
        seed: the company's seed.
        purpose: what the number decides; other purposes draw independently.
        modulus: how many outcomes.
    """
    words = splitmix(_words(keys) ^ np.uint64(key_of(f"{seed}/{purpose}")))
    numbers = (splitmix(words) % np.uint64(modulus)).astype(np.int64)
    return pl.Series(purpose, numbers)


def draw(key: int | str, seed: int, purpose: str, modulus: int) -> int:
    """One number in 0 … modulus - 1; ``draws`` for a single key."""
    return int(draws(pl.Series([key]), seed, purpose, modulus)[0])


def drawn(column: str, seed: int, purpose: str, modulus: int) -> pl.Expr:
    """``draws`` as an expression over one column."""
    return (
        pl.col(column)
        .map_batches(
            lambda keys: draws(keys, seed, purpose, modulus), return_dtype=pl.Int64
        )
        .alias(purpose)
    )


def paired(first: str, second: str) -> pl.Expr:
    """One integer key of two integer columns; collisions are rare, harmless."""
    return pl.struct(first, second).map_batches(
        lambda pairs: _mixed(pairs.struct.field(first), pairs.struct.field(second)),
        return_dtype=pl.Int64,
    )


def placed(positions: pl.DataFrame) -> pl.Series:
    """One integer key per ``node_ref`` and ``product_id``."""
    return _mixed(positions["node_ref"], positions["product_id"])


def picked(numbers: pl.Series, choices: Iterable[str]) -> pl.Series:
    """The choice at each number, counted from 0."""
    return pl.Series(list(choices), dtype=pl.String).gather(numbers)


def _mixed(first: pl.Series, second: pl.Series) -> pl.Series:
    words = splitmix(_words(first)) ^ _words(second)
    return pl.Series(first.name, (splitmix(words) >> np.uint64(2)).astype(np.int64))


def _words(keys: pl.Series) -> Words:
    if keys.dtype == pl.String:
        unique = keys.unique()
        numbers = [key_of(text) for text in unique.to_list()]
        keys = keys.replace_strict(unique, numbers, return_dtype=pl.Int64)
    words: Words = keys.cast(pl.Int64).to_numpy().astype(np.int64).view(np.uint64)
    return words
