"""Compile the sequential kernels: once per machine, cached beside the module.

Only loops that must run one after another are compiled; everything that can be said
about all rows at once stays in Polars. They let go of Python's lock, so two slices
of the orders can be worked on at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """``function`` as machine code, with the same signature."""
    return cast("F", njit(cache=True, nogil=True)(function))
