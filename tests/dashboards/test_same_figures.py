"""The summary and the pages show one figure for one thing."""

from __future__ import annotations

import pytest

from dashboards.widgets.figures import share
from orchestration.cli.summary import rate


@pytest.mark.parametrize(
    ("part", "whole"), [(2286, 2293), (165, 170), (9_996, 10_000), (0, 7), (7, 7)]
)
def test_a_rate_of_the_summary_is_that_of_the_page(part: int, whole: int) -> None:
    assert share(part, whole) == rate(part, whole)


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert "–" == rate(0, 0)
