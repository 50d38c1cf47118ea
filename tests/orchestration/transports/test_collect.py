"""What may be taken from a partner's place, and under which name it waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from orchestration.resources.transports.collect import (
    PARTS,
    Collection,
    Watch,
    collect,
)
from orchestration.resources.transports.delivery import Parcel, deliver
from orchestration.resources.transports.folder import FolderTransport
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import FolderSettings
from orchestration.resources.transports.transport import RefusedError

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
Sweep = Callable[..., Collection]


class Clock:
    """An hour that moves when somebody waits."""

    def __init__(self) -> None:  # noqa: D107
        self.at = NOON
        self.waits: list[float] = []

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The partner's folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def sweep(tmp_path: Path, inbox: Path, journal: PullJournal, clock: Clock) -> Sweep:
    """Collects from the partner's folder."""

    def swept(settle_seconds: float = 0, **changes: int) -> Collection:
        settings = FolderSettings(settle_seconds=settle_seconds, **changes)
        way = FolderTransport(settings, inbox, tmp_path / "outbox")
        watch = Watch(clock=lambda: clock.at, pause=clock.pause)
        return collect("acme", way, tmp_path / "drop", journal, watch)

    return swept


def _put(folder: Path, name: str, content: bytes, at: datetime = NOON) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_a_file_keeps_its_time_but_is_never_received_in_the_future(
    sweep: Sweep, inbox: Path, tmp_path: Path
) -> None:
    _put(inbox, "past.csv", b"1", NOON - timedelta(hours=3))
    _put(inbox, "future.csv", b"2", NOON + timedelta(hours=3))
    sweep()

    drop = tmp_path / "drop" / "acme"
    assert (NOON - timedelta(hours=3)).timestamp() == (
        drop / "past.csv"
    ).stat().st_mtime
    assert NOON.timestamp() == (drop / "future.csv").stat().st_mtime


def test_a_later_file_of_a_name_waits_beside_the_earlier_one(
    sweep: Sweep, inbox: Path, tmp_path: Path
) -> None:
    _put(inbox, "stock.csv", b"one")
    sweep()
    _put(inbox, "stock.csv", b"two", NOON + timedelta(minutes=1))
    sweep()

    files = list((tmp_path / "drop" / "acme").rglob("stock.csv"))
    assert [b"one", b"two"] == sorted(p.read_bytes() for p in files)


def test_the_same_bytes_sent_again_are_a_new_arrival(sweep: Sweep, inbox: Path) -> None:
    _put(inbox, "stock.csv", b"one")
    sweep()
    _put(inbox, "stock.csv", b"one", NOON + timedelta(minutes=1))

    assert 1 == len(sweep().collected)


def test_a_young_file_waits_until_it_looks_the_same_twice(
    sweep: Sweep, inbox: Path, clock: Clock
) -> None:
    _put(inbox, "stock.csv", b"one")

    assert ["stock.csv"] == sweep(settle_seconds=5).collected
    assert [5] == clock.waits


def test_a_file_seen_before_does_not_make_the_next_sweep_wait(
    sweep: Sweep, inbox: Path, clock: Clock
) -> None:
    path = _put(inbox, "stock.csv", b"half")
    clock.pause = lambda _seconds: path.write_bytes(b"half and half") and None  # type: ignore[method-assign]
    assert ["stock.csv"] == sweep(settle_seconds=5).left

    def no_wait(seconds: float) -> None:
        raise AssertionError(seconds)

    clock.pause = lambda _seconds: None  # type: ignore[method-assign]
    stamp = NOON.timestamp()
    os.utime(path, (stamp, stamp))
    sweep(settle_seconds=5)
    clock.at += timedelta(seconds=6)
    clock.pause = no_wait  # type: ignore[method-assign]
    assert [] == sweep(settle_seconds=5).left


def test_files_come_oldest_first(sweep: Sweep, inbox: Path) -> None:
    for hours, name in enumerate(["c.csv", "a.csv", "b.csv"]):
        _put(inbox, name, b"x", NOON - timedelta(hours=hours + 1))

    assert ["b.csv", "a.csv", "c.csv"] == sweep(settle_seconds=1).collected


def test_links_are_not_followed(sweep: Sweep, inbox: Path, tmp_path: Path) -> None:
    secret = _put(tmp_path, "elsewhere.csv", b"not the partner's")
    (inbox / "link.csv").symlink_to(secret)

    assert Collection() == sweep()


@pytest.mark.parametrize("name", ["a\\b.csv", "C:a.csv", "a\x01.csv"])
def test_an_unsafe_name_is_refused_once_and_named_on_one_line(
    sweep: Sweep, inbox: Path, name: str
) -> None:
    _put(inbox, name, b"x")

    (refusal,) = sweep().refused
    assert "UNSAFE_NAME" == refusal.code
    assert refusal.name.isprintable()
    assert Collection() == sweep()


def test_a_longest_name_is_taken(sweep: Sweep, inbox: Path) -> None:
    _put(inbox, "x" * 255, b"x")

    assert ["x" * 255] == sweep().collected


def test_a_refused_file_can_be_asked_for_again(
    sweep: Sweep, inbox: Path, journal: PullJournal
) -> None:
    _put(inbox, "big.csv", b"x" * 20)
    assert ["FILE_TOO_LARGE"] == [r.code for r in sweep(max_bytes=10).refused]
    assert [] == sweep().collected

    assert 1 == journal.forget("acme", "big.csv")
    assert ["big.csv"] == sweep().collected


def test_the_journal_tells_what_was_done(
    sweep: Sweep, inbox: Path, journal: PullJournal
) -> None:
    _put(inbox, "a.csv", b"x")
    _put(inbox, "b.csv", b"x" * 20)
    sweep(max_bytes=10)

    rows = {(p.name, p.state, p.code) for p in journal.pulled("acme")}
    assert {("a.csv", "collected", ""), ("b.csv", "refused", "FILE_TOO_LARGE")} == rows


def test_two_sweeps_of_a_partner_do_not_meet(sweep: Sweep, tmp_path: Path) -> None:
    parts = tmp_path / "drop" / "acme" / PARTS
    parts.mkdir(parents=True)

    with FileLock(parts / ".lock"):
        failure = sweep().failure

    assert "another sweep of this partner is at work" == failure


def test_an_inbox_that_cannot_be_read_is_a_failure(sweep: Sweep, inbox: Path) -> None:
    inbox.rmdir()

    assert "cannot be read" in sweep().failure


def test_other_bytes_under_a_name_that_left_are_refused(
    tmp_path: Path, journal: PullJournal
) -> None:
    way = FolderTransport(FolderSettings(), None, tmp_path / "out")
    deliver("acme", way, Parcel("940.edi", b"one", b"{}"), journal)

    with pytest.raises(RefusedError, match="a correction takes a new control number"):
        deliver("acme", way, Parcel("940.edi", b"two", b"{}"), journal)


def test_a_partner_that_took_its_file_does_not_get_it_again(
    tmp_path: Path, journal: PullJournal
) -> None:
    way = FolderTransport(FolderSettings(), None, tmp_path / "out")
    parcel = Parcel("940.edi", b"one", b"{}")
    assert deliver("acme", way, parcel, journal)
    for path in (tmp_path / "out").iterdir():
        path.unlink()

    assert not deliver("acme", way, parcel, journal)
    assert [] == list((tmp_path / "out").iterdir())
