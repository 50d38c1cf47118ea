"""Draws depend on seed, purpose and key, and on nothing else."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.twin.draws import draw, draws

KEYS = st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=50)


@given(KEYS, st.integers(0, 99), st.integers(1, 1 << 60))
def test_a_draw_does_not_depend_on_its_neighbours(
    keys: list[int], seed: int, modulus: int
) -> None:
    together = draws(pl.Series(keys), seed, "any", modulus).to_list()
    assert [draw(key, seed, "any", modulus) for key in keys] == together


@given(KEYS, st.integers(1, 1 << 60))
def test_a_draw_is_below_its_modulus(keys: list[int], modulus: int) -> None:
    drawn = draws(pl.Series(keys), 1, "any", modulus)
    assert [number for number in drawn if not 0 <= number < modulus] == []


@settings(max_examples=25)
@given(st.lists(st.text(max_size=9), min_size=1, max_size=20))
def test_texts_draw_as_they_do_alone(keys: list[str]) -> None:
    together = draws(pl.Series(keys), 1, "any", 1000).to_list()
    assert [draw(key, 1, "any", 1000) for key in keys] == together
