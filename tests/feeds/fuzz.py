"""Coverage-guided fuzzing of every format, from its samples: ``make fuzz``.

    python tests/feeds/fuzz.py SECONDS [FORMAT …]

Each format runs in a process of its own for so many seconds. It fails on
anything that is raised, on lines that do not balance and on a card number that
a reject shows; what did it is kept in ``.tmp/fuzz/<format>``.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from random import Random
from types import ModuleType

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1])]

from tests.feeds.conftest import (  # noqa: E402 behind the path
    FEEDS,
    format_of,
    profile_of,
    samples_of,
)
from tests.feeds.damage import CARD, DAMAGES  # noqa: E402 behind the path

LARGEST = 1 << 15
"""Bytes of an input: more is slower, and says no more."""

BLIND = 0.3
"""Share of damages that know nothing of the shape of a file."""


def main(seconds: str, *names: str) -> int:
    """Fuzz formats one after another; the number that failed."""
    if importlib.util.find_spec("atheris") is None:
        sys.stdout.write("atheris is not installed here; nothing was fuzzed\n")
        return 0
    failed = []
    for name in names or [format_of(feed) for feed in FEEDS]:
        done = subprocess.run(
            [sys.executable, __file__, "--one", name, seconds],
            check=False,
            capture_output=True,
            text=True,
        )
        said = (done.stdout + done.stderr).splitlines()
        last = next((line for line in reversed(said) if "exec/s" in line), "")
        sys.stdout.write(f"{name}: {'FAILED' if done.returncode else 'held'} {last}\n")
        sys.stdout.flush()
        if done.returncode:
            failed.append(name)
            sys.stdout.write("\n".join(said[-40:]) + "\n")
    sys.stdout.write(f"{len(failed)} failed: {' '.join(failed)}\n")
    return len(failed)


def fuzz_one(name: str, seconds: str) -> None:
    """Fuzz a format in this process, which ends with it."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["transforms"]):
        for module in [*sys.modules]:
            if module.startswith(("transforms.feeds", "transforms.edi")):
                del sys.modules[module]
        feed = importlib.import_module(f"transforms.feeds.{name}")
    kept = HERE.parents[1] / ".tmp" / "fuzz" / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as seeds:
        for path in samples_of(feed):
            (Path(seeds) / path.name).write_bytes(path.read_bytes()[:LARGEST])
        arguments = ("-timeout=10", "-rss_limit_mb=2048", f"-max_len={LARGEST}")
        options = [
            f"-max_total_time={seconds}",
            *arguments,
            f"-artifact_prefix={kept}/",
        ]
        atheris.Setup(
            [name, seeds, *options],
            lambda payload: _judge(feed, payload),
            custom_mutator=partial(_mutated, atheris),
        )
        atheris.Fuzz()


def _judge(feed: ModuleType, payload: bytes) -> None:
    parsed = feed.parse(payload, profile_of(feed))
    if not parsed.lines.is_balanced():
        raise AssertionError(parsed.lines)
    if parsed.lines.quarantined != parsed.rejects.height:
        raise AssertionError(parsed.lines, parsed.rejects.height)
    if CARD in parsed.rejects.write_csv().encode():
        raise AssertionError("a reject shows a card number")


def _mutated(atheris: ModuleType, payload: bytes, largest: int, seed: int) -> bytes:
    """A damage that keeps some shape, or what libFuzzer thinks of itself."""
    chance = Random(seed)  # noqa: S311 no secret
    if chance.random() < BLIND:
        return bytes(atheris.Mutate(payload, largest))
    damage = DAMAGES[chance.randrange(len(DAMAGES))]
    return damage(payload, chance.randrange)[:largest]


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        fuzz_one(*sys.argv[2:])
    else:
        raise SystemExit(main(*sys.argv[1:]))
