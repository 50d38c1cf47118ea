"""SFTP against a real server that is cut, slow, growing, or refuses."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest

from orchestration.resources.transports.collect import Collection, Watch, collect
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import SftpSettings
from orchestration.resources.transports.sftp import SftpTransport
from orchestration.resources.transports.transport import (
    RefusedError,
    UnreachableError,
)
from tests.orchestration.transports.sftp_place import Faults, SftpPlace

Settings = Callable[..., SftpSettings]

LONG_AGO = 1_700_000_000
BIG = bytes(range(256)) * 2048
"""512 KiB: several packets, so that a cut falls in the middle."""


@contextmanager
def _opened(settings: SftpSettings, root: Path) -> Iterator[SftpTransport]:
    transport = SftpTransport(settings, root)
    try:
        yield transport
    finally:
        transport.close()


def _put(place: SftpPlace, name: str, content: bytes) -> Path:
    path = place.root / "in" / name
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def _collected(settings: SftpSettings, root: Path, journal: PullJournal) -> Collection:
    with _opened(settings, root) as transport:
        return collect("harbor_3pl", transport, root / "drop", journal)


def test_a_file_comes_whole_and_keeps_its_time(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    _put(sftp, "945_20261125.edi", BIG)

    done = _collected(sftp_settings(), tmp_path, journal)

    path = tmp_path / "drop" / "harbor_3pl" / "945_20261125.edi"
    assert Collection(collected=["945_20261125.edi"]) == done
    assert BIG == path.read_bytes()
    assert LONG_AGO == path.stat().st_mtime


def test_a_second_sweep_fetches_nothing(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    _put(sftp, "945.edi", b"ISA")
    _collected(sftp_settings(), tmp_path, journal)

    assert Collection() == _collected(sftp_settings(), tmp_path, journal)
    assert 1 == len(sftp.opened)


def test_a_login_by_key_needs_no_password(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    sftp.user_key.write_private_key(tmp_path / "id")
    _put(sftp, "945.edi", b"ISA")

    done = _collected(
        sftp_settings(secret="", key_file=str(tmp_path / "id")), tmp_path, journal
    )

    assert ["945.edi"] == done.collected


def test_a_key_with_a_passphrase_is_opened_by_the_secret(
    sftp: SftpPlace,
    sftp_settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    word = "open-please"
    monkeypatch.setenv("KEY_WORD", word)
    sftp.user_key.write_private_key(
        tmp_path / "id", passphrase=word, rounds=4, ignore_few_rounds=True
    )
    settings = sftp_settings(key_file="id", secret="KEY_WORD")  # noqa: S106 a name

    assert "" == _collected(settings, tmp_path, journal).failure

    monkeypatch.setenv("KEY_WORD", "wrong")
    failure = _collected(settings, tmp_path, journal).failure
    assert "KEY_WORD does not open our key" in failure


def test_a_connection_cut_in_the_middle_is_tried_again(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    _put(sftp, "945.edi", BIG)
    sftp.faults = Faults(cut_after=200_000, cuts=2)

    done = _collected(sftp_settings(), tmp_path, journal)

    assert ["945.edi"] == done.collected
    assert 3 == sftp.logins
    assert BIG == (tmp_path / "drop" / "harbor_3pl" / "945.edi").read_bytes()


def test_a_connection_cut_for_good_leaves_nothing_behind(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    _put(sftp, "945.edi", BIG)
    sftp.faults = Faults(cut_after=200_000, cuts=100)

    done = _collected(sftp_settings(), tmp_path, journal)

    assert [] == done.collected
    assert "harbor@127.0.0.1" in done.failure
    assert [] == [p for p in (tmp_path / "drop").rglob("*.part") if p.is_file()]

    sftp.faults = Faults()
    assert ["945.edi"] == _collected(sftp_settings(), tmp_path, journal).collected


def test_a_slow_drip_ends_after_the_seconds_of_the_profile(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    _put(sftp, "945.edi", b"x" * 500)
    sftp.faults = Faults(drip_seconds=0.1)
    begun = time.monotonic()

    done = _collected(
        sftp_settings(seconds_per_file=0.5, attempts=2), tmp_path, journal
    )

    assert "was too slow: not done after 0.5 s" in done.failure
    assert time.monotonic() - begun < 3


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_sweep(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    path = _put(sftp, "945.edi", b"half")
    sftp.faults = Faults(grow=b" and half")

    done = _collected(sftp_settings(), tmp_path, journal)

    assert Collection(left=["945.edi"]) == done
    assert ["945.edi"] == _collected(sftp_settings(), tmp_path, journal).collected
    assert b"half and half" == path.read_bytes()


def test_a_file_that_changes_between_two_listings_is_left_alone(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    growing = _put(sftp, "growing.edi", b"half")
    _put(sftp, "whole.edi", b"ISA")
    waits: list[float] = []

    def write_on(seconds: float) -> None:
        waits.append(seconds)
        growing.write_bytes(b"half and half")

    with _opened(sftp_settings(settle_seconds=7), tmp_path) as transport:
        done = collect(
            "harbor_3pl", transport, tmp_path / "drop", journal, Watch(pause=write_on)
        )

    assert Collection(collected=["whole.edi"], left=["growing.edi"]) == done
    assert [7] == waits


def test_a_file_larger_than_allowed_is_refused_and_its_neighbour_taken(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    _put(sftp, "big.edi", b"x" * 101)
    _put(sftp, "fine.edi", b"x" * 100)

    done = _collected(sftp_settings(max_bytes=100), tmp_path, journal)

    assert ["fine.edi"] == done.collected
    assert [("big.edi", "FILE_TOO_LARGE")] == [(r.name, r.code) for r in done.refused]
    assert Collection() == _collected(sftp_settings(), tmp_path, journal)


@pytest.mark.parametrize(
    "name",
    [
        b"a\\..\\b.edi",
        b"C:b.edi",
        b"\xff\xfe.edi",
        b"line\nfeed.edi",
        "gb\u202eide.edi".encode(),
    ],
)
def test_an_unsafe_name_is_refused_and_never_opened(
    sftp: SftpPlace,
    sftp_settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    name: bytes,
) -> None:
    Path(os.fsdecode(bytes(sftp.root / "in") + b"/" + name)).write_bytes(b"ISA")

    done = _collected(sftp_settings(), tmp_path, journal)

    assert ["UNSAFE_NAME"] == [refusal.code for refusal in done.refused]
    assert [] == sftp.opened
    assert Collection() == _collected(sftp_settings(), tmp_path, journal)


def test_unfinished_names_links_and_folders_are_left_alone(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    for name in ("a.part", "b.TMP", "c.filepart", ".d"):
        _put(sftp, name, b"half")
    (sftp.root / "in" / "folder").mkdir()
    (sftp.root / "in" / "link.edi").symlink_to(tmp_path / "known_hosts")

    done = _collected(sftp_settings(), tmp_path, journal)

    assert Collection(left=[".d", "a.part", "b.TMP", "c.filepart"]) == Collection(
        done.collected, done.refused, sorted(done.left)
    )
    assert [] == sftp.opened


def test_another_host_key_is_refused_and_no_password_sent(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    sftp.host_key = asyncssh.generate_private_key("ssh-ed25519")
    sftp.known_hosts(tmp_path / "known_hosts")

    done = _collected(sftp_settings(), tmp_path, journal)

    assert "its host key is another" in done.failure
    assert 0 == sftp.logins


def test_a_wrong_password_is_refused_once_and_not_shown(
    sftp: SftpPlace,
    sftp_settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HARBOR_PASSWORD", "some-other-word")

    done = _collected(sftp_settings(), tmp_path, journal)

    assert "our login is refused: check HARBOR_PASSWORD" in done.failure
    assert "some-other-word" not in done.failure
    assert 1 == sftp.logins


def test_a_server_that_is_down_is_named(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    settings = sftp_settings()
    sftp.stop()
    try:
        done = _collected(settings, tmp_path, journal)
    finally:
        sftp.__post_init__()
        sftp.start()

    assert f"harbor@127.0.0.1:{settings.port}: cannot list the inbox" in done.failure


def test_an_inbox_that_is_not_there_is_refused(
    sftp_settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    done = _collected(sftp_settings(inbox="elsewhere"), tmp_path, journal)

    assert "no such folder" in done.failure


@pytest.mark.parametrize("renames", ["posix", "plain"])
def test_a_delivery_replaces_what_stood_there(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path, renames: str
) -> None:
    sftp.faults = Faults(renames=renames)
    with _opened(sftp_settings(), tmp_path) as transport:
        transport.deliver("940.edi", b"before")
        transport.deliver("940.edi", BIG)

        assert transport.holds("940.edi")
        assert not transport.holds("941.edi")

    assert BIG == (sftp.root / "out" / "940.edi").read_bytes()
    assert ["940.edi"] == [p.name for p in (sftp.root / "out").iterdir()]


def test_an_answer_goes_to_its_folder_of_the_outbox(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path
) -> None:
    with _opened(sftp_settings(), tmp_path) as transport:
        transport.deliver("answers/receipt_1.csv", b"one")
        transport.deliver("answers/receipt_2.csv", b"two")

    assert b"two" == (sftp.root / "out" / "answers" / "receipt_2.csv").read_bytes()


def test_a_refused_rename_is_told_and_shows_no_half_file(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path
) -> None:
    sftp.faults = Faults(renames="refused")

    with (
        _opened(sftp_settings(), tmp_path) as transport,
        pytest.raises(RefusedError, match=r"cannot deliver 940\.edi: no permission"),
    ):
        transport.deliver("940.edi", b"ST*940")

    assert not (sftp.root / "out" / "940.edi").exists()


def test_a_delivery_cut_in_the_middle_is_tried_again(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path
) -> None:
    sftp.faults = Faults(cut_writes_after=200_000, cuts=1)

    with _opened(sftp_settings(), tmp_path) as transport:
        transport.deliver("940.edi", BIG)

    assert 2 == sftp.logins
    assert BIG == (sftp.root / "out" / "940.edi").read_bytes()


def test_a_delivery_cut_for_good_shows_no_half_file(
    sftp: SftpPlace, sftp_settings: Settings, tmp_path: Path
) -> None:
    sftp.faults = Faults(cut_writes_after=200_000, cuts=100)

    with (
        _opened(sftp_settings(), tmp_path) as transport,
        pytest.raises(UnreachableError),
    ):
        transport.deliver("940.edi", BIG)

    assert not (sftp.root / "out" / "940.edi").exists()
