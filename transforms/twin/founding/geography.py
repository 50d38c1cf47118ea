"""The states customers live in: centre, people, start of postal codes, area code.

Centres are rounded degrees, weights are hundreds of thousands of inhabitants.
Not here: the nodes (``network``).
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_KM = 6371.0


class State(NamedTuple):
    """A state: code, latitude, longitude, weight, postal prefix, area code."""

    code: str
    latitude: float
    longitude: float
    weight: int
    postal_prefix: str
    area_code: str


STATES = (
    State("AL", 32.8, -86.8, 49, "352", "205"),
    State("AR", 34.8, -92.4, 30, "722", "501"),
    State("AZ", 34.2, -111.6, 70, "852", "480"),
    State("CA", 37.2, -119.3, 393, "941", "415"),
    State("CO", 39.0, -105.5, 56, "802", "303"),
    State("CT", 41.6, -72.7, 36, "061", "203"),
    State("DC", 38.9, -77.0, 7, "200", "202"),
    State("DE", 39.0, -75.5, 10, "198", "302"),
    State("FL", 28.6, -82.4, 210, "331", "305"),
    State("GA", 32.6, -83.4, 104, "303", "404"),
    State("IA", 42.1, -93.5, 31, "503", "515"),
    State("ID", 44.4, -114.6, 17, "837", "208"),
    State("IL", 40.0, -89.2, 128, "606", "312"),
    State("IN", 39.9, -86.3, 67, "462", "317"),
    State("KS", 38.5, -98.4, 29, "662", "913"),
    State("KY", 37.5, -85.3, 45, "402", "502"),
    State("LA", 31.1, -92.0, 47, "701", "504"),
    State("MA", 42.2, -71.5, 69, "021", "617"),
    State("MD", 39.0, -76.8, 60, "212", "410"),
    State("ME", 45.4, -69.2, 13, "041", "207"),
    State("MI", 44.3, -85.4, 100, "482", "313"),
    State("MN", 46.3, -94.3, 56, "554", "612"),
    State("MO", 38.4, -92.5, 61, "631", "314"),
    State("MS", 32.7, -89.7, 30, "392", "601"),
    State("MT", 47.1, -109.6, 11, "591", "406"),
    State("NC", 35.6, -79.4, 103, "276", "919"),
    State("ND", 47.4, -100.5, 8, "581", "701"),
    State("NE", 41.5, -99.8, 19, "681", "402"),
    State("NH", 43.7, -71.6, 13, "031", "603"),
    State("NJ", 40.2, -74.7, 90, "071", "201"),
    State("NM", 34.4, -106.1, 21, "871", "505"),
    State("NV", 39.3, -116.6, 30, "895", "775"),
    State("NY", 42.9, -75.5, 198, "100", "212"),
    State("OH", 40.3, -82.8, 117, "432", "614"),
    State("OK", 35.6, -97.5, 39, "731", "405"),
    State("OR", 43.9, -120.6, 41, "972", "503"),
    State("PA", 40.9, -77.8, 128, "171", "717"),
    State("RI", 41.7, -71.6, 11, "029", "401"),
    State("SC", 33.9, -80.9, 50, "292", "803"),
    State("SD", 44.4, -100.2, 9, "571", "605"),
    State("TN", 35.9, -86.4, 67, "372", "615"),
    State("TX", 31.5, -99.3, 283, "752", "214"),
    State("UT", 39.3, -111.7, 31, "841", "801"),
    State("VA", 37.5, -78.9, 85, "232", "804"),
    State("VT", 44.1, -72.7, 6, "054", "802"),
    State("WA", 47.4, -120.4, 74, "981", "206"),
    State("WI", 44.6, -89.7, 58, "532", "414"),
    State("WV", 38.6, -80.6, 18, "253", "304"),
    State("WY", 43.0, -107.6, 6, "820", "307"),
)
BY_CODE = {state.code: state for state in STATES}

_ZONE_BORDERS_KM = (240, 480, 960, 1600, 2250, 2900)


def distance_km(one: str, other: str) -> int:
    """Whole kilometres between two states' centres on a sphere.

    Example:
        >>> distance_km("NY", "NY"), distance_km("CA", "NY") > 3000
        (0, True)
    """
    a, b = BY_CODE[one], BY_CODE[other]
    north = radians(b.latitude - a.latitude)
    east = radians(b.longitude - a.longitude)
    flat = cos(radians(a.latitude)) * cos(radians(b.latitude))
    half = sin(north / 2) ** 2 + flat * sin(east / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(half)))


def carrier_zone(kilometres: int) -> int:
    """Zone 1 within a state, 2 … 8 by distance.

    Example:
        >>> [carrier_zone(km) for km in (0, 100, 1000, 4000)]
        [1, 2, 5, 8]
    """
    if kilometres == 0:
        return 1
    return 2 + sum(kilometres > border for border in _ZONE_BORDERS_KM)
