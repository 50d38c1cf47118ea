"""CSV node calendars: days that are not like their weekday, one line per day.

UTF-8, comma separated, header = the columns of ``NODE_CALENDARS``. Where a node
ships next is decided by them: a day that is open, whatever its weekday and the
company's holidays say, closed, shorter, or with other room.
"""

from __future__ import annotations

from transforms.contracts.documents import NODE_CALENDARS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import date, instant, one_of, quantity, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = NODE_CALENDARS

_RULES = (
    date("calendar_date"),
    one_of("is_open", "true", "false"),
    spelled("cutoff_local", "(?:[01][0-9]|2[0-3]):[0-5][0-9]", "16:30"),
    quantity("capacity_units", minimum=0),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of days; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES, free_text=["reason"])
