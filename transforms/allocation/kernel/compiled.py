"""Compile the kernel's loops: once per machine, cached beside the module.

They let go of Python's lock, so two slices of the orders can be worked on at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """``function`` as machine code, with the same signature."""
    return cast("F", njit(cache=True, nogil=True)(function))
