"""CSV node master: one line per place that can ship.

UTF-8, comma separated, header = the columns of ``NODES``; ``daily_capacity_lines``,
``weekday_cutoffs``, ``pickup_weekdays``, ``delivery_lag_minutes``, ``capabilities``
and the address may be missing. ``daily_capacity_lines`` counts what is picked: each
line of an order that the node is told of for a day, a kit that lies packed as one;
left empty, there is no limit. The rest of an order that has more lines than that goes
later or from elsewhere; one that ships complete waits where there is no elsewhere. A
store at which customers fetch orders says ``pick_up``; one to which other nodes send
them also names ``street``, ``city``, ``postal_code`` and ``country_code``. A
``supplier`` sends goods of its own to our customers (drop-ship): what it reports as
its stock may be promised, and it answers in its own time (``ack_deadline_hours`` of
``policies/allocation.yaml``). What else a node can do, such as ``cold`` or ``hazmat``,
it says beside ``ship`` or ``pick_up`` in words of your own; ``node_rules`` of
``policies/allocation.yaml`` ask for them.
"""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

import polars as pl

from transforms.contracts.documents import NODES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    instant,
    one_of,
    quantity,
    rate,
    spelled,
)
from transforms.feeds.reading.documents import parse_document

DOCUMENT = NODES

_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_OF_WEEKDAYS = "".join(f"(?:{day}={_CLOCK}(?:[|]|$))?" for day in range(1, 8))

_WORDS = "^[a-z0-9_]+(?:[|][a-z0-9_]+)*$"
_DOES = "(?:^|[|])(?:ship|pick_up)(?:[|]|$)"
_MISSPELT = "(?:^|[|])(?:ships|shipping|pickup|pick)(?:[|]|$)"
_CAPABILITIES = Rule(
    "capabilities",
    "BAD_CODE",
    ~pl.col("capabilities").str.contains(_WORDS)
    | ~pl.col("capabilities").str.contains(_DOES)
    | pl.col("capabilities").str.contains(_MISSPELT),
    "capabilities: ship, pick_up or both, then words of your own: ship|pick_up|cold",
)

_RULES = (
    one_of("node_kind", "dc", "store", "3pl", "supplier"),
    spelled("region", "[A-Z0-9]{1,3}", "NY"),
    spelled("cutoff_local", _CLOCK, "16:30"),
    spelled("open_weekdays", "1?2?3?4?5?6?7?", "12345"),
    quantity("daily_capacity_units", minimum=0),
    quantity("daily_capacity_shipments", minimum=0),
    quantity("daily_capacity_lines", minimum=0),
    quantity("lead_days", minimum=0),
    rate("buffer_rate"),
    one_of("is_shipping", "true", "false"),
    spelled("channels", "[a-z0-9_]+(?:[|][a-z0-9_]+)*", "web_shop|stores"),
    spelled("weekday_cutoffs", _OF_WEEKDAYS, "5=12:00|6=10:30"),
    spelled("pickup_weekdays", "1?2?3?4?5?6?7?", "12345"),
    quantity("delivery_lag_minutes", minimum=0),
    _CAPABILITIES,
    spelled("country_code", "[A-Z]{2}", "US"),
    instant("updated_at"),
)


@cache
def _is_no_zone() -> Rule:
    # One misspelt zone would fail every query that makes it a local day.
    is_bad = ~pl.col("zone").is_in(sorted(available_timezones()))
    return Rule("zone", "BAD_CODE", is_bad, "zone, such as America/New_York")


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a node file, costs in the profile's currency; never raises."""
    currency = pl.lit(profile.currency_code)
    costs = [amount(name, currency) for name in ("shipment_cost", "unit_cost")]
    rules = [*_RULES, _is_no_zone(), *costs]
    return parse_document(payload, profile, DOCUMENT, rules)
