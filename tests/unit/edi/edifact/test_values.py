"""Dates, times and numbers of EDIFACT in the canonical spelling."""

import pytest

from transforms.edi.edifact.values import moment_text, plain, prepared_text

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("20171227", "102", "2017-12-27"),
        ("171227", "101", "2017-12-27"),
        ("991227", "101", "1999-12-27"),
        ("20171227", "", "2017-12-27"),
        ("201712271502", "203", "2017-12-27T15:02:00+01:00"),
        ("201707271502", "203", "2017-07-27T15:02:00+02:00"),
        ("201712271502", "", "2017-12-27T15:02:00+01:00"),
        ("20171227150211", "204", "2017-12-27T15:02:11+01:00"),
        ("1712271502", "201", "2017-12-27T15:02:00+01:00"),
        ("201712271502+00", "303", "2017-12-27T15:02:00+00:00"),
        ("201712271502-0530", "303", "2017-12-27T15:02:00-05:30"),
        ("201712271502EST", "303", "2017-12-27T15:02:00-05:00"),
        ("20171227150211UTC", "304", "2017-12-27T15:02:11+00:00"),
        ("1712271502MEZ", "301", "2017-12-27T15:02:00+01:00"),
        # Clocks are set back: the first of the two hours; ahead: as if they were not.
        ("201710290230", "203", "2017-10-29T02:30:00+02:00"),
        ("201703260230", "203", "2017-03-26T02:30:00+01:00"),
    ],
)
def test_moments(value: str, code: str, expected: str) -> None:
    assert expected == moment_text(value, code, BERLIN)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "102"),
        ("20170230", "102"),
        ("201712272400", "203"),
        ("201712271502", "102"),
        ("20171227", "203"),
        ("2017122 ", "102"),
        ("\uff12\uff10\uff11\uff17\uff11\uff12\uff12\uff17", "102"),
        ("201712271502", "303"),
        ("201712271502XYZ", "303"),
        ("201712271502+99", "303"),
        ("201752", "616"),
        ("2017122720171231", "718"),
        ("soon", ""),
    ],
)
def test_what_is_no_moment_is_refused(value: str, code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 each for a reason of its own
        moment_text(value, code, BERLIN)


def test_a_unb_may_have_either_century() -> None:
    assert "2017-12-27T09:05:00+01:00" == prepared_text("20171227", "0905", BERLIN)
    assert "1999-08-02T15:57:00+02:00" == prepared_text("990802", "1557", BERLIN)


@pytest.mark.parametrize(
    ("day", "hour"), [("", ""), ("171327", "0905"), ("171227", "9")]
)
def test_a_unb_without_a_moment_is_refused(day: str, hour: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 each for a reason of its own
        prepared_text(day, hour, BERLIN)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("12,50", "12.50"), (".5", "0.5"), ("-,5", "-0.5"), ("007", "7"), ("0", "0")],
)
def test_numbers_are_spelled_with_a_point(sent: str, expected: str) -> None:
    assert expected == plain(sent)
