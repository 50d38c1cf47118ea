"""Choices that stand in the URL, so that a link shows what its sender saw.

Streamlit's own binding writes the label people see, which changes with the
language; here the URL carries the code (``?bucket=backordered``).
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def start_from_address(name: str, options: Sequence[str]) -> None:
    """Give the widget ``name`` the value its URL names, else the first option.

    A value that is no option is ignored: somebody typed it, or it is gone.
    """
    if st.session_state.get(name) in options:
        return
    named = st.query_params.get(name)
    st.session_state[name] = named if named in options else options[0]


def keep_in_address(name: str, value: str, default: str) -> None:
    """Write a choice into the URL; the default leaves it, to keep it short."""
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
