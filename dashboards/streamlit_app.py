"""The dashboards' entry: frame, language and navigation.

Start it with ``python -m streamlit run dashboards/streamlit_app.py`` from the
project's folder. What a page shows is in ``app_pages``.
"""

from __future__ import annotations

import streamlit as st

from dashboards.queries.serving import UnreadableCopyError
from dashboards.widgets.frame import MARK, show_foot, style
from dashboards.widgets.words import say, switch_language

PAGES = {
    "control_tower": ":material/dashboard:",
    "orders": ":material/package_2:",
    "exceptions": ":material/assignment_late:",
    "partners": ":material/handshake:",
}


def main() -> None:
    """Draw the frame and run the chosen page inside it."""
    st.set_page_config(page_title=say("app.name"), page_icon=MARK, layout="wide")
    style()
    page = st.navigation(
        [
            st.Page(
                f"app_pages/{name}.py",
                title=say(f"pages.{name}"),
                icon=icon,
                url_path=name,
                default=name == next(iter(PAGES)),
            )
            for name, icon in PAGES.items()
        ]
    )
    switch_language()
    try:
        page.run()
    except UnreadableCopyError as error:
        st.error(say("state.unreadable_title"), icon=":material/broken_image:")
        st.write(say("state.unreadable"))
        st.code(str(error), language=None)
    show_foot()


main()
