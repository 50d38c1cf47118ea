"""The words of the chosen language, and the switch that chooses it.

The language stands in the URL (``?lang=zh``), so a link keeps it.
"""

from __future__ import annotations

import streamlit as st

from dashboards.texts import LANGUAGES, texts
from dashboards.widgets.address import keep_in_address, start_from_address
from transforms.contracts.codes import CODES

KEY = "lang"


def switch_language() -> None:
    """Draw the switch in the sidebar."""
    options = list(LANGUAGES)
    start_from_address(KEY, options)
    st.sidebar.segmented_control(
        say("app.language"),
        options,
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=KEY,
    )
    keep_in_address(KEY, language(), options[0])


def language() -> str:
    """The chosen language; the first one until somebody chose."""
    chosen = str(st.session_state.get(KEY) or st.query_params.get(KEY))
    return chosen if chosen in LANGUAGES else next(iter(LANGUAGES))


def say(key: str, /, **values: object) -> str:
    """The text of ``key`` with its values filled in.

    Raises:
        KeyError: no text has this key.
    """
    return texts(language())[key].format(**values)


def word(group: str, code: str | None) -> str:
    """The word for a code of a closed list; the code itself when there is none."""
    return texts(language()).get(f"words.{group}.{code}", code or "")


def code_sentence(code: str) -> str:
    """What a stable code means."""
    entry = CODES.get(code)
    return entry.sentence(language()) if entry else code


def code_meaning(code: str) -> str:
    """What it means; in Chinese how to mend it too, as the heading says."""
    said = code_sentence(code)
    return said + code_remedy(code) if language() == "zh" else said


def code_remedy(code: str) -> str:
    """How to mend it."""
    entry = CODES.get(code)
    return entry.advice(language()) if entry else ""
