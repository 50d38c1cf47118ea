"""What is handed to strangers: no secrets, no private paths, nothing huge."""

import re
import tomllib
from pathlib import Path

import pytest
from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings, get_plugins
from detect_secrets.transformers import get_transformed_file

MEGABYTE = 1_000_000

# Spelt in parts, or this file would find itself.
PRIVATE = {
    "path of a developer's machine": re.compile(
        r"(?<![\w.])/(?:work|root|Users" + r"|home/(?!runner)\w+)/"
    ),
    "host of a registry": re.compile(
        r"(?:pypi\.|pythonhosted\.|npmjs\.|deb\.debian\.|anaconda\.)" + r"(?:org|com)"
    ),
    "address of a package index": re.compile(r"--(?:extra-)?index" + r"-url"),
}
# High entropy by design: hashes of packages, control numbers, golden files.
NOT_SCANNED = ("requirements.lock", "data/samples/")


@pytest.fixture(scope="module")
def texts(tracked: list[Path]) -> dict[Path, str]:
    """Tracked files that are text, by path."""
    return {
        path: content.decode()
        for path in tracked
        if b"\0" not in (content := path.read_bytes()) and is_utf8(content)
    }


def is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("kind", PRIVATE)
def test_nothing_private_is_tracked(texts: dict[Path, str], kind: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if PRIVATE[kind].search(line)
    ]

    assert found == []


def test_no_file_is_larger_than_a_megabyte(tracked: list[Path]) -> None:
    assert [path for path in tracked if path.stat().st_size > MEGABYTE] == []


def is_suspect(path: Path, clean: set[tuple[str, str]]) -> bool:
    """Whether a detector finds something in a line, before any filter excuses it.

    ``scan_file`` puts each line before each detector again, through layers that cost
    more than the detectors. What they find depends on a line and the kind of its file
    alone, so a line is ``clean`` wherever it stands in another file of the kind.
    """
    with path.open() as file:
        lines = get_transformed_file(file) or file.readlines()
        file.seek(0)
        lines += get_transformed_file(file, use_eager_transformers=True) or []
    suffix, is_found = path.suffix or path.name, False
    for line in dict.fromkeys(line.rstrip() for line in lines):
        if (suffix, line) in clean:
            continue
        if any(p.analyze_line(filename=str(path), line=line) for p in get_plugins()):
            is_found = True
        else:
            clean.add((suffix, line))
    return is_found


@pytest.mark.slow
def test_no_secret_is_tracked(project: Path, texts: dict[Path, str]) -> None:
    """A golden hash is no secret: say so with a ``pragma: allowlist secret``."""
    secrets = SecretsCollection()
    with default_settings():
        clean: set[tuple[str, str]] = set()
        for path in texts:
            if path.relative_to(project).as_posix().startswith(NOT_SCANNED):
                continue
            if is_suspect(path, clean):
                secrets.scan_file(str(path))
    found = [
        f"{path}:{secret.line_number} {secret.type}"
        for path, kept in secrets.data.items()
        for secret in kept
    ]

    assert found == []


def pins(project: Path) -> dict[str, str]:
    lock = (project / "requirements.lock").read_text()
    pin = r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==([^\s;\\]+)"
    return dict(re.findall(pin, lock, re.MULTILINE))


def direct(project: Path) -> list[str]:
    settings = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    wishes = [*settings["dependencies"], *settings["optional-dependencies"]["dev"]]
    # Where a package is wanted is no part of what is wanted.
    return [wish.partition(";")[0] for wish in wishes]


def test_the_lock_holds_every_direct_dependency(project: Path) -> None:
    locked = pins(project)
    names = [re.split(r"[\[<>=!~; ]", wish)[0].lower() for wish in direct(project)]

    assert [name for name in names if name not in locked] == []


def test_the_lock_holds_the_exact_pins(project: Path) -> None:
    locked = pins(project)
    exact = dict(wish.lower().split("==") for wish in direct(project) if "==" in wish)

    assert exact == {name: locked.get(name) for name in exact}


def test_every_locked_package_has_a_hash(project: Path) -> None:
    lock = (project / "requirements.lock").read_text()
    entries = re.split(r"^(?=[a-z0-9-]+==)", lock, flags=re.MULTILINE)[1:]

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_ci_asks_for_a_browser_and_runs_the_tests(project: Path) -> None:
    script = (project / ".ci" / "run").read_text()

    assert "export ORDERHOUSE_REQUIRE_BROWSER=1\nmake test\n" in script
