"""Words for invented people, streets, towns and firms.

Every word is put together from two halves that make no known name, so a test
can look for them byte by byte. Not here: who gets which (``people``).
"""

from __future__ import annotations

from itertools import product

_GIVEN_STARTS = (
    "Quill", "Brind", "Thist", "Marvo", "Oswi", "Pelda", "Zephri", "Fenwi",
    "Grizel", "Hobbi", "Ismer", "Jorvi", "Kestri", "Lumbri", "Nettli", "Plumbi",
    "Rondel", "Snorri", "Tweedi", "Wimbel",
)  # fmt: skip
_GIVEN_ENDS = (
    "any", "ova", "wynd", "etta", "bert", "osine", "alda", "ruth", "onzo", "ique",
)  # fmt: skip
_FAMILY_STARTS = (
    "Feather", "Bramble", "Cobble", "Dapple", "Ember", "Fiddle", "Gossamer",
    "Hazel", "Jangle", "Kettle", "Lantern", "Mumble", "Nimble", "Otter", "Pebble",
    "Quibble", "Ripple", "Spindle", "Thimble", "Whistle",
)  # fmt: skip
_FAMILY_ENDS = (
    "stroke", "snout", "whisk", "tross", "blott", "quirk", "sprocket", "fumble",
    "gorse", "throck", "wattle", "drizzle", "crumpet", "plonk", "zwick",
)  # fmt: skip
_STREET_STARTS = (
    "Wobblethorn", "Crinklemoss", "Muddlewick", "Puddlegate", "Snickerbrook",
    "Tumblewort", "Wigglebank", "Dawdlefern", "Fumblecroft", "Gigglestone",
    "Hobnobbin", "Jigglepond", "Knobblewood", "Lollopfield", "Noodlemarsh",
    "Pottermole", "Quagglehurst", "Rumplesedge", "Sprocketdale", "Twizzlebeck",
)  # fmt: skip
_STREET_ENDS = ("Lane", "Street", "Avenue", "Court", "Way")
_CITY_STARTS = (
    "Larkspindle", "Moggleton", "Nettlewhack", "Oddlesby", "Pigglesworth",
    "Quimblewick", "Ramblenook", "Snugglesett", "Tiddleport", "Umberwhistle",
)  # fmt: skip
_CITY_ENDS = ("", " Falls", " Heights", " Springs")
_FIRM_ENDS = ("Provisions", "Catering", "Canteens", "Larders", "Corner Shops")

GIVEN_NAMES = tuple(a + b for a, b in product(_GIVEN_STARTS, _GIVEN_ENDS))
FAMILY_NAMES = tuple(a + b for a, b in product(_FAMILY_STARTS, _FAMILY_ENDS))
STREETS = tuple(f"{a} {b}" for a, b in product(_STREET_STARTS, _STREET_ENDS))
CITIES = tuple(a + b for a, b in product(_CITY_STARTS, _CITY_ENDS))
FIRMS = tuple(f"{a} {b}" for a, b in product(FAMILY_NAMES, _FIRM_ENDS))
TELLTALES = frozenset(GIVEN_NAMES + FAMILY_NAMES + _STREET_STARTS + _CITY_STARTS)
"""Words that stand nowhere but in personal data."""
