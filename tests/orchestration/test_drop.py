"""The drop: what is taken in, what is left alone, whose a file is."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.resources.drop import Drop, name_of

LONG_AGO = datetime(2017, 12, 27, tzinfo=UTC)
TONIGHT = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """A drop of one partner, with one old file."""
    put(tmp_path / "acme" / "orders.csv", b"a")
    return Drop(tmp_path, {"acme"})


def put(path: Path, content: bytes, at: datetime = LONG_AGO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.mark.parametrize(
    "name", [".hidden", "a.part", "a.tmp", "a.filepart", "A.TMP", "a.csv.Part"]
)
def test_a_temporary_name_is_left_alone(drop: Drop, name: str) -> None:
    put(drop.folder / "acme" / name, b"half")

    assert ["orders.csv"] == names(drop.waiting(TONIGHT))


def test_a_file_in_nobody_s_folder_is_named_and_not_taken(drop: Drop) -> None:
    put(drop.folder / "acne" / "orders.csv", b"a")
    put(drop.folder / "at_root.csv", b"a")

    assert ["orders.csv"] == names(drop.waiting(TONIGHT))
    assert ["orders.csv", "at_root.csv"] == names(drop.strangers())


def test_a_file_that_grows_is_left_for_the_next_run(drop: Drop) -> None:
    path = drop.folder / "acme" / "growing.csv"
    is_done = threading.Event()

    def write() -> None:
        with path.open("ab") as stream:
            while not is_done.is_set():
                stream.write(b"line\n")
                stream.flush()
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    while not path.exists():
        time.sleep(0.01)
    during = drop.waiting(TONIGHT)
    is_done.set()
    writer.join()

    assert ["orders.csv"] == names(during)
    assert {"orders.csv", "growing.csv"} == set(names(drop.waiting(TONIGHT)))


def test_a_file_that_its_partner_takes_back_is_passed_by(drop: Drop) -> None:
    path = put(drop.folder / "acme" / "wrong.csv", b"a", datetime.now(UTC))
    taken_back = threading.Timer(0.2, path.unlink)
    taken_back.start()

    assert ["orders.csv"] == names(drop.waiting(TONIGHT))
    taken_back.join()


def test_a_link_out_of_the_drop_is_not_followed(drop: Drop, tmp_path: Path) -> None:
    secret = put(tmp_path.parent / "secret.csv", b"secret")
    (drop.folder / "acme" / "orders_2.csv").symlink_to(secret)

    assert ["orders.csv"] == names(drop.waiting(TONIGHT))


def test_a_name_in_another_encoding_has_a_text_of_its_own(drop: Drop) -> None:
    path = Path(os.fsdecode(os.fsencode(drop.folder / "acme") + b"/gr\xfc\xdfe.csv"))
    put(path, b"a")

    assert "gr\\xfc\\xdfe.csv" in {name_of(p) for p in drop.waiting(TONIGHT)}
