"""Many files written at once: all of them, each whole, or the reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.resources import files
from orchestration.resources.files import many_writes


def told(content: bytes) -> bytes:
    if content == b"bad":
        raise ValueError("cannot be made")
    return content


def write(folder: Path, contents: list[bytes]) -> None:
    with many_writes() as store:
        for number, content in enumerate(contents):
            path = folder / str(number % 7) / f"{number}"
            store(path, lambda content=content: told(content), len(content))


def read(folder: Path) -> dict[int, bytes]:
    return {int(p.name): p.read_bytes() for p in folder.glob("*/*")}


@pytest.mark.parametrize("held", [0, 10, 1 << 20])
def test_all_files_are_there_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(files, "_HELD_BYTES", held)
    contents = [b"x" * n for n in range(60)]

    write(tmp_path, contents)

    assert read(tmp_path) == dict(enumerate(contents))


def test_what_cannot_be_written_is_raised_and_the_others_are_there(
    tmp_path: Path,
) -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        write(tmp_path, [b"a", b"bad", b"c"])

    assert read(tmp_path) == {0: b"a", 2: b"c"}


def test_a_path_is_written_once(tmp_path: Path) -> None:
    made: list[int] = []

    def content() -> bytes:
        made.append(1)
        return b"same"

    with many_writes() as store:
        for _ in range(20):
            store(tmp_path / "one", content, 4)

    assert made == [1]
    assert [p.name for p in tmp_path.iterdir()] == ["one"]


def test_what_fails_beside_it_is_told_first(tmp_path: Path) -> None:
    def fail() -> None:
        with many_writes() as store:
            store(tmp_path / "one", lambda: b"1", 1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert (tmp_path / "one").read_bytes() == b"1"
