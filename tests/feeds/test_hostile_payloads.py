"""No bytes make a format raise, and its lines always balance."""

from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.feeds.damage import CARD, DAMAGES, Damage
from transforms.contracts.profile import Parsed, Profile

# The samples are read once per test and never changed by it.
UNHURRIED = settings(max_examples=12, suppress_health_check=list(HealthCheck))
DAMAGE = [
    b'"',
    b"\n",
    b"\r",
    b"\t",
    b",",
    b"\x00",
    b"\xff",
    b"{",
    b"~",
    b"*",
    b"\\u0000",
]


def balanced(feed: ModuleType, payload: bytes, profile: Profile) -> Parsed:
    parsed: Parsed = feed.parse(payload, profile)

    assert parsed.lines.is_balanced(), parsed.lines
    assert parsed.lines.quarantined == parsed.rejects.height
    return parsed


def test_an_empty_payload_has_no_lines(feed: ModuleType, profile: Profile) -> None:
    parsed = balanced(feed, b"", profile)

    assert not parsed.lines.physical
    assert not parsed.rows.height


@pytest.mark.parametrize("blank", [b"\n", b"\n\n\n", b" \r\n\t\r\n", b"\xef\xbb\xbf"])
def test_a_blank_payload_has_blank_lines_only(
    feed: ModuleType, profile: Profile, blank: bytes
) -> None:
    parsed = balanced(feed, blank, profile)

    assert not parsed.rows.height
    assert parsed.lines.physical == parsed.lines.blank


def test_a_truncated_payload_balances_wherever_it_breaks(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        for sixth in range(1, 6):
            balanced(feed, payload[: len(payload) * sixth // 6], profile)


def test_a_truncated_payload_gives_no_row_that_the_whole_one_does_not(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        whole = feed.parse(payload, profile).rows
        # A cut inside the last line could make a shorter, plausible value.
        cut = payload[: payload.rindex(b"\n", 0, len(payload) * 2 // 3) + 1]
        rows = balanced(feed, cut, profile).rows

        extra = rows.join(whole, on=rows.columns, how="anti", nulls_equal=True)

        assert not extra.height


def test_a_doubled_payload_balances(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        balanced(feed, payload + payload, profile)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "cp037", "cp1252"])
def test_another_encoding_balances(
    feed: ModuleType, payloads: list[bytes], profile: Profile, encoding: str
) -> None:
    for payload in payloads:
        text = payload.decode(errors="replace").replace("a", "é")
        balanced(feed, text.encode(encoding, errors="replace"), profile)


def test_nul_bytes_never_reach_a_row(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        middle = payload.index(b"\n", len(payload) // 2) - 1
        poisoned = payload[:middle] + b"\x00" + payload[middle:]
        rows = balanced(feed, poisoned, profile).rows

        assert "\x00" not in rows.write_csv()


def test_a_stray_quote_balances_on_every_line(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        lines = payload.split(b"\n")
        for place in range(min(len(lines), 8)):
            marked = [*lines[:place], b'"' + lines[place], *lines[place + 1 :]]
            balanced(feed, b"\n".join(marked), profile)


def test_the_same_bytes_give_the_same_answer(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        first, second = feed.parse(payload, profile), feed.parse(payload, profile)

        assert first.rows.equals(second.rows)
        assert first.rejects.equals(second.rejects)


@UNHURRIED
@given(noise=st.binary(max_size=200))
def test_any_bytes_balance(feed: ModuleType, noise: bytes) -> None:
    balanced(feed, noise, Profile("sample", zone="America/New_York"))


@UNHURRIED
@given(data=st.data())
def test_any_damage_to_a_sample_balances(
    feed: ModuleType, payloads: list[bytes], profile: Profile, data: st.DataObject
) -> None:
    payload = data.draw(st.sampled_from(payloads))
    start = data.draw(st.integers(0, len(payload)))
    length = data.draw(st.integers(0, 40))
    noise = data.draw(st.binary(max_size=12) | st.sampled_from(DAMAGE))

    balanced(feed, payload[:start] + noise + payload[start + length :], profile)


@pytest.mark.slow
@settings(UNHURRIED, max_examples=30)
@given(data=st.data(), damage=st.sampled_from(DAMAGES))
def test_damage_that_keeps_the_shape_balances_and_shows_no_card(
    feed: ModuleType,
    payloads: list[bytes],
    profile: Profile,
    damage: Damage,
    data: st.DataObject,
) -> None:
    payload = data.draw(st.sampled_from(payloads))

    def choose(count: int) -> int:
        return data.draw(st.integers(0, max(count - 1, 0)))

    damaged = damage(payload, choose)
    parsed = balanced(feed, damaged, profile)

    assert CARD.decode() not in parsed.rejects.write_csv()
    assert CARD.decode() not in parsed.notices.write_csv()
