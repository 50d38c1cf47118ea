"""Finds every format and every sample; nothing here is a list of them.

    python tests/feeds/conftest.py csv_stock

writes the expected files of a format's samples anew. Read the difference
before it is committed: the files are the promise, not the code's echo.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import ModuleType

import pytest

import transforms.feeds
import transforms.instructions
from transforms.contracts.profile import Parsed, Profile

Read = Callable[[bytes], Parsed]
"""What a format makes of bytes, by its samples' profile."""

SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "formats"


def modules_of(package: ModuleType) -> list[ModuleType]:
    """The formats of a package: modules with a document or a format's verb."""
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
        if not found.ispkg
    ]
    marks = {"DOCUMENT", "parse", "render"}
    return [module for module in modules if marks & set(vars(module))]


def format_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def samples_of(module: ModuleType) -> list[Path]:
    return sorted((SAMPLES / format_of(module)).glob("*.in"))


def profile_of(module: ModuleType) -> Profile:
    """The partner of a format's samples: ``profile.json`` beside them, or plain."""
    said = SAMPLES / format_of(module) / "profile.json"
    fields = json.loads(said.read_text()) if said.exists() else {}
    return Profile(**({"partner_id": "sample", "zone": "America/New_York"} | fields))


def expected_texts(parsed: Parsed) -> dict[str, str]:
    """What must stand in the files beside a sample, by ending."""
    return {
        "expected.csv": parsed.rows.write_csv(),
        "rejects.csv": parsed.rejects.write_csv(),
    }


FEEDS = modules_of(transforms.feeds)
INSTRUCTIONS = modules_of(transforms.instructions)
FEED_SAMPLES = [(module, path) for module in FEEDS for path in samples_of(module)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sample" in metafunc.fixturenames:
        names = [f"{format_of(module)}-{path.stem}" for module, path in FEED_SAMPLES]
        both = "feed" in metafunc.fixturenames
        names_of = ("feed", "sample") if both else "sample"
        values = FEED_SAMPLES if both else [path for _, path in FEED_SAMPLES]
        metafunc.parametrize(names_of, values, ids=names)
    elif "feed" in metafunc.fixturenames:
        metafunc.parametrize("feed", FEEDS, ids=format_of)
    if "instruction" in metafunc.fixturenames:
        metafunc.parametrize("instruction", INSTRUCTIONS, ids=format_of)


@pytest.fixture
def profile(feed: ModuleType) -> Profile:
    return profile_of(feed)


@pytest.fixture
def payloads(feed: ModuleType) -> list[bytes]:
    """The bytes of every sample of a format."""
    return [path.read_bytes() for path in samples_of(feed)]


@cache
def _read(module: ModuleType, payload: bytes) -> Parsed:
    parsed: Parsed = module.parse(payload, profile_of(module))
    return parsed


@pytest.fixture
def read(feed: ModuleType) -> Read:
    """Reads bytes with a format, the same bytes once a process.

    That reading them again gives the same is proved by ``test_hostile_payloads``.
    """
    return partial(_read, feed)


def write_samples(names: list[str]) -> None:
    for module, path in FEED_SAMPLES:
        if format_of(module) in names:
            parsed = module.parse(path.read_bytes(), profile_of(module))
            for ending, text in expected_texts(parsed).items():
                path.with_suffix(f".{ending}").write_text(text)


if __name__ == "__main__":
    write_samples(sys.argv[1:])
