"""A Shopify-like API against a small server: pages, cursors, limits and faults."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.resources.transports.collect import Collection, collect
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import PagesSettings
from orchestration.resources.transports.web.pages import PagesTransport
from tests.orchestration.transports.web_place import (
    Answering,
    Reply,
    Request,
    Shop,
    WebPlace,
    certificate,
)
from transforms.contracts.profile import Profile
from transforms.feeds import shopify_orders

Settings = Callable[..., PagesSettings]
Serve = Callable[[Answering], WebPlace]


def _order(number: int, minute: int | None = None) -> dict[str, Any]:
    changed = number if minute is None else minute
    return {
        "id": number,
        "updated_at": f"2026-11-25T10:{changed:02}:00Z",
        "total_price": "19.90",
    }


@contextmanager
def _opened(
    settings: PagesSettings, root: Path, journal: PullJournal
) -> Iterator[PagesTransport]:
    transport = PagesTransport(settings, root, journal.cursors("shop"))
    try:
        yield transport
    finally:
        transport.close()


def _collected(settings: PagesSettings, root: Path, journal: PullJournal) -> Collection:
    with _opened(settings, root, journal) as transport:
        return collect("shop", transport, root / "drop", journal)


def _orders(root: Path) -> list[int]:
    """Numbers of all orders in the drop, file by file."""
    files = sorted((root / "drop" / "shop").glob("*.json"))
    return [o["id"] for f in files for o in json.loads(f.read_bytes())["orders"]]


def test_every_page_comes_once_its_rows_a_line_each(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(Shop([_order(n) for n in range(5)]))

    done = _collected(pages_settings(place.url), tmp_path, journal)

    assert 3 == len(done.collected)
    assert [0, 1, 2, 3, 4] == _orders(tmp_path)
    first = tmp_path / "drop" / "shop" / done.collected[0]
    assert first.name.startswith("orders_start_00001_")
    lines = first.read_text().split("\n")
    assert json.dumps({"orders": [_order(0), _order(1)]}) == "".join(lines)
    assert [_order(0), _order(1)] == [
        json.loads(row.rstrip(", ]}") + "}") for row in lines[1:]
    ]


def test_a_faulty_order_leaves_the_others_of_its_page_alone(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    item = {"id": 1, "sku": "A", "quantity": 1, "price": "5.00"}
    orders = [
        _order(n)
        | {
            "created_at": "2026-11-25T10:00:00Z",
            "currency": "USD",
            "line_items": [line],
        }
        for n, line in ((0, item), (1, item | {"quantity": "many"}))
    ]
    place = serve(Shop(orders))

    done = _collected(pages_settings(place.url), tmp_path, journal)

    page = tmp_path / "drop" / "shop" / done.collected[0]
    parsed = shopify_orders.parse(page.read_bytes(), Profile("shop"))
    assert ["0"] == parsed.rows["order_ref"].to_list()
    assert {"BAD_QTY"} == set(parsed.rejects["code"])


def test_a_page_of_counts_says_when_it_was_fetched(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(Shop([_order(1)]))
    settings = pages_settings(place.url, pull={"fetched_at": True})

    done = _collected(settings, tmp_path, journal)

    page = json.loads((tmp_path / "drop" / "shop" / done.collected[0]).read_bytes())
    assert datetime.fromisoformat(page["fetched_at"]).tzinfo is not None


def test_the_next_sweep_asks_from_the_newest_and_repeats_nothing(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    shop = Shop([_order(n) for n in range(5)])
    place = serve(shop)
    _collected(pages_settings(place.url), tmp_path, journal)

    assert Collection() == _collected(pages_settings(place.url), tmp_path, journal)
    assert "2026-11-25T10:04:00Z" == place.requests[-1].query["updated_at_min"]

    shop.orders.append(_order(9))
    assert 1 == len(_collected(pages_settings(place.url), tmp_path, journal).collected)
    assert [0, 1, 2, 3, 4, 4, 9] == sorted(_orders(tmp_path))


def test_an_order_changed_in_the_newest_second_is_not_lost(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    shop = Shop([_order(1, minute=7)])
    place = serve(shop)
    _collected(pages_settings(place.url), tmp_path, journal)
    shop.orders.append(_order(2, minute=7))

    _collected(pages_settings(place.url), tmp_path, journal)

    assert 2 in _orders(tmp_path)


def test_rows_that_show_late_are_found_with_an_overlap(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    shop = Shop([_order(1, minute=7)])
    place = serve(shop)
    settings = pages_settings(place.url, pull={"overlap_seconds": 120})
    _collected(settings, tmp_path, journal)
    assert Collection() == _collected(settings, tmp_path, journal)
    shop.orders.append(_order(2, minute=6))

    _collected(settings, tmp_path, journal)

    assert 2 in _orders(tmp_path)


def test_a_row_from_the_future_does_not_move_the_cursor_past_what_is_to_come(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    shop = Shop([_order(1), {"id": 2, "updated_at": "2999-01-01T00:00:00Z"}])
    place = serve(shop)
    _collected(pages_settings(place.url), tmp_path, journal)
    shop.orders.append(_order(3))

    _collected(pages_settings(place.url), tmp_path, journal)

    assert 3 in _orders(tmp_path)


def test_an_error_in_the_middle_keeps_the_pages_before_and_goes_on_from_there(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    shop = Shop([_order(n) for n in range(6)])
    place = serve(shop)
    settings = pages_settings(place.url)
    fails: list[bool] = [True]

    def broken(request: Request) -> Reply:
        is_third = request.query.get("page_info") == "~4"
        return Reply(b"", 500) if is_third and fails[0] else shop(request)

    place.answer = broken
    done = _collected(settings, tmp_path, journal)
    assert 2 == len(done.collected)
    assert "answers 500" in done.failure

    fails[0] = False
    place.requests.clear()
    done = _collected(settings, tmp_path, journal)

    assert 1 == len(done.collected)
    assert ["~4"] == [r.query.get("page_info") for r in place.requests]
    assert [0, 1, 2, 3, 4, 5] == sorted(_orders(tmp_path))


def test_an_expired_page_sends_the_pull_back_without_repeating_pages(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    shop = Shop([_order(n) for n in range(6)])
    place = serve(shop)
    two_pages = pages_settings(place.url, pull={"max_pages": 2})
    assert 2 == len(_collected(two_pages, tmp_path, journal).collected)
    shop.expired = {"~4"}
    place.requests.clear()

    def once(request: Request) -> Reply:
        answer = shop(request)
        shop.expired = set()
        return answer

    place.answer = once
    done = _collected(pages_settings(place.url), tmp_path, journal)

    assert (1, 2, "") == (len(done.collected), done.repeated, done.failure)
    assert [0, 1, 2, 3, 4, 5] == sorted(_orders(tmp_path))


def test_a_storm_of_429_is_waited_out_as_asked(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(Shop([_order(1)]))
    place.faults = [Reply(b"", 429, {"retry-after": "0.15"})] * 2
    begun = time.monotonic()

    done = _collected(pages_settings(place.url), tmp_path, journal)

    assert 1 == len(done.collected)
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize(
    "wait", ["3600", format_datetime(datetime(2999, 1, 1, tzinfo=UTC))]
)
def test_a_wait_longer_than_the_profile_bears_ends_the_sweep(
    serve: Serve,
    pages_settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    wait: str,
) -> None:
    place = serve(Shop([_order(1)]))
    place.faults = [Reply(b"", 429, {"retry-after": wait})]

    done = _collected(pages_settings(place.url), tmp_path, journal)

    assert "answers 429" in done.failure
    assert 1 == len(place.requests)


def test_an_endless_storm_ends_after_the_tries_of_the_profile(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(lambda _: Reply(b"", 429, {"retry-after": "0"}))

    assert "429" in _collected(pages_settings(place.url), tmp_path, journal).failure
    assert 3 == len(place.requests)


def test_cut_and_broken_answers_are_asked_for_again(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(Shop([_order(1)]))
    place.faults = [Reply(b"x" * 1000, cut_after=500), Reply(b"", 503)]

    assert 1 == len(_collected(pages_settings(place.url), tmp_path, journal).collected)


def test_a_dripping_answer_ends_after_the_seconds_of_the_profile(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(lambda _: Reply(b"x" * 1000, drip_seconds=0.05))
    settings = pages_settings(place.url, seconds_per_file=0.3, attempts=2)
    begun = time.monotonic()

    failure = _collected(settings, tmp_path, journal).failure

    assert "was too slow: not done after 0.3 s" in failure
    assert time.monotonic() - begun < 2


def test_an_answer_larger_than_allowed_is_not_read_on(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(lambda _: Reply(b"x" * 10_000))

    done = _collected(pages_settings(place.url, max_bytes=500), tmp_path, journal)

    assert "FILE_TOO_LARGE: more than 500 bytes" == done.failure


def test_pages_that_run_in_a_circle_are_stopped(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    def circle(request: Request) -> Reply:
        page = f"http://{request.headers['host']}/orders.json?page_info=again"
        body = json.dumps({"orders": [_order(1)]}).encode()
        return Reply(body, headers={"link": f'<{page}>; rel="next"'})

    place = serve(circle)

    done = _collected(pages_settings(place.url), tmp_path, journal)

    assert "the pages of /orders.json run in a circle" == done.failure
    assert 1 == len(done.collected)


def test_a_page_that_is_sent_twice_is_collected_once(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    shop = Shop([_order(n) for n in range(4)])

    def repeating(request: Request) -> Reply:
        """The first page again under the second's address, then the second."""
        asked = request.query.get("page_info", "")
        page = f"http://{request.headers['host']}/orders.json?page_info="
        if asked == "~2":
            body = json.dumps({"orders": [_order(0), _order(1)]}).encode()
            return Reply(body, headers={"link": f'<{page}really>; rel="next"'})
        if asked == "really":
            request.query["page_info"] = "~2"
        return shop(request)

    done = _collected(pages_settings(serve(repeating).url), tmp_path, journal)

    assert (2, 1, "") == (len(done.collected), done.repeated, done.failure)
    assert [0, 1, 2, 3] == sorted(_orders(tmp_path))


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"orders": {"a": 1}}', b'{"orders": [1]}', b"{}"]
)
def test_an_answer_without_the_list_is_refused_and_the_cursor_stays(
    serve: Serve,
    pages_settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    body: bytes,
) -> None:
    place = serve(lambda _: Reply(body))

    failure = _collected(pages_settings(place.url), tmp_path, journal).failure

    assert "the answer to /orders.json holds no list called 'orders'" == failure
    assert "" == journal.cursors("shop").text("orders")


def test_a_wrong_token_is_refused_by_name_and_not_shown(
    serve: Serve,
    pages_settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = serve(Shop([]))
    settings = pages_settings(place.url)
    monkeypatch.setenv("SHOP_TOKEN", "another-token")

    failure = _collected(settings, tmp_path, journal).failure

    assert "answers 401 to /orders.json: check SHOP_TOKEN" in failure
    assert "another-token" not in failure


def test_a_redirect_to_another_host_is_refused_and_gets_no_token(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    other = serve(Shop([_order(1)]))
    place = serve(lambda _: Reply(b"", 302, {"location": f"{other.url}/orders.json"}))
    settings = pages_settings(place.url, hosts=[other.host])

    failure = _collected(settings, tmp_path, journal).failure

    assert "a redirect to another host is not followed" in failure
    assert [] == other.requests


def test_a_redirect_on_the_same_host_is_followed(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(Shop([_order(1)]))
    place.faults = [Reply(b"", 302, {"location": "/moved/orders.json"})]

    assert 1 == len(_collected(pages_settings(place.url), tmp_path, journal).collected)
    assert "/moved/orders.json" == place.requests[-1].path


def test_redirects_without_end_are_refused(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(lambda _: Reply(b"", 302, {"location": "/orders.json"}))

    failure = _collected(pages_settings(place.url), tmp_path, journal).failure

    assert "redirects without end" in failure


def test_a_next_page_on_another_host_is_refused(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    other = serve(Shop([_order(1)]))
    body = json.dumps({"orders": [_order(1)]}).encode()
    link = {"link": f'<{other.url}/orders.json>; rel="next"'}
    place = serve(lambda _: Reply(body, headers=link))
    settings = pages_settings(place.url, hosts=[other.host])

    done = _collected(settings, tmp_path, journal)

    assert "another host" in done.failure
    assert [] == other.requests


def test_a_server_must_prove_who_it_is(
    pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    authority, context = certificate(tmp_path)
    place = WebPlace(Shop([_order(1)]), context)
    try:
        unknown = _collected(pages_settings(place.url), tmp_path, journal)
        known = _collected(
            pages_settings(place.url, ca_file=authority.name), tmp_path, journal
        )
    finally:
        place.stop()

    assert "does not prove who it is" in unknown.failure
    assert 1 == len(known.collected)


def test_several_lists_have_a_cursor_each(
    serve: Serve, pages_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    place = serve(Shop([_order(1)]))
    settings = pages_settings(place.url)
    refunds = settings.pulls[0].model_copy(update={"name": "refunds"})
    both = settings.model_copy(update={"pulls": (settings.pulls[0], refunds)})

    done = _collected(both, tmp_path, journal)

    assert ["orders", "refunds"] == [p.partition("_")[0] for p in done.collected]
    assert journal.cursors("shop").text("refunds")
