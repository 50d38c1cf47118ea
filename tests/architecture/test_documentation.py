"""What a person may meet is written down: codes, columns, formats, commands."""

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from orchestration.cli.main import app
from transforms.allocation.eligible import RULES
from transforms.allocation.policy import REASONS
from transforms.answers.chinese import TEXTS
from transforms.contracts import (
    arrivals,
    decisions,
    documents,
    gold,
    profile,
    simulation,
)
from transforms.contracts.codes import CODES
from transforms.contracts.table import Table

MODULES = (documents, profile, arrivals, gold, decisions, simulation)
TABLES = {
    value.path: value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, Table)
}
GENERATED = ["codes.md", "tables.md", "formats.md", "formats.zh.md"]
TOUR = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "DECISIONS.md",
    "GLOSSARY.md",
    "README.md",
    "README.zh.md",
    "data/README.md",
]


@pytest.fixture(scope="module")
def generator(project: Path) -> ModuleType:
    """``docs/generate.py``, which writes the generated pages."""
    spec = importlib.util.spec_from_file_location(
        "generate", project / "docs" / "generate.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", GENERATED)
def test_a_generated_page_is_not_behind_its_source(
    project: Path, generator: ModuleType, page: str
) -> None:
    written = (project / "docs" / page).read_text(encoding="utf-8")

    assert generator.PAGES[page]() == written, "run: make docs"


def test_every_code_says_what_is_wrong_and_how_to_mend_it() -> None:
    silent = [
        entry.code
        for entry in CODES.values()
        if not (entry.english and entry.remedy and entry.chinese)
    ]

    assert silent == []


def test_every_code_stands_on_the_page_of_codes(project: Path) -> None:
    page = (project / "docs" / "codes.md").read_text(encoding="utf-8")

    assert [code for code in CODES if f"`{code}`" not in page] == []


def test_every_word_of_why_is_explained(generator: ModuleType) -> None:
    assert set(generator.RULED_OUT) == set(RULES)
    assert set(generator.WAITS) == set(REASONS)


@pytest.mark.parametrize("path", TABLES)
def test_every_column_says_what_it_means(path: str) -> None:
    table = TABLES[path]

    assert table.grain.startswith("one row per ")
    assert [c.name for c in table.columns if not c.description.strip()] == []


def test_every_format_is_documented_by_its_file(
    project: Path, generator: ModuleType
) -> None:
    page = (project / "docs" / "formats.md").read_text(encoding="utf-8")
    known = [
        path.stem
        for room in ("feeds", "instructions")
        for path in generator.formats(room)
    ]

    assert known
    assert [name for name in known if f"\n## {name}\n\n" not in page] == []


def test_every_format_is_described_in_chinese(
    project: Path, generator: ModuleType
) -> None:
    assert english(project, generator).keys() == TEXTS.keys()


def test_the_chinese_of_a_format_names_all_that_its_english_names(
    project: Path, generator: ModuleType
) -> None:
    """Options, codes, elements and bounds: what is new in one is new in the other."""
    lacking = {
        name: sorted(named_in(text) - named_in(TEXTS.get(name, "")))
        for name, text in english(project, generator).items()
    }

    assert {name: lacks for name, lacks in lacking.items() if lacks} == {}


def english(project: Path, generator: ModuleType) -> dict[str, str]:
    """What formats, and modules that many stand on, say of themselves."""
    house = project / "transforms"
    paths = [
        *generator.formats("feeds"),
        *generator.formats("instructions"),
        *(house / name for name in generator.SHARED_OPTIONS),
    ]
    return {
        str(path.relative_to(house).with_suffix("")): ast.get_docstring(
            ast.parse(path.read_text(encoding="utf-8"))
        )
        or ""
        for path in paths
    }


def named_in(text: str) -> set[str]:
    """What stands between back quotes, in capitals or in figures; no example."""
    blocks = re.split(r"\n\s*\n", text)
    told = "\n".join(block for block in blocks if not block.startswith("    "))
    quoted = {
        " ".join(name.split()) for name in re.findall(r"``(.+?)``", told, re.DOTALL)
    }
    return quoted | set(re.findall(r"[A-Z][A-Z0-9_]+|\d+(?:[.,:]\d+)*", told))


def test_every_policy_number_says_what_it_does(project: Path) -> None:
    """A comment stands on a number's line or above it in its paragraph."""
    silent = [
        f"{path.name}: {paragraph[-1].strip()}"
        for path in (project / "orchestration" / "policies").glob("*.yaml")
        for paragraph in _up_to_each_number(path.read_text())
        if not any("#" in line for line in paragraph)
    ]

    assert silent == []


def test_every_command_is_documented_and_every_documented_one_exists(
    project: Path,
) -> None:
    pages = " ".join(
        (project / page).read_text(encoding="utf-8")
        for page in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "Makefile")
    )
    name = r"(?:[`/]|^)orderhouse ([a-z]+(?:-[a-z]+)*)"
    written = set(re.findall(name, pages, re.MULTILINE))
    known = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    } | {group.name for group in app.registered_groups}

    assert known == written


def test_every_make_target_is_explained(project: Path) -> None:
    makefile = (project / "Makefile").read_text()
    listed = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    explained = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))

    assert listed is not None
    assert set(listed.group(1).split()) == explained


@pytest.mark.parametrize("page", TOUR)
def test_every_link_leads_somewhere(project: Path, page: str) -> None:
    path = project / page
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    broken = [target for target in local if not (path.parent / target).exists()]

    assert broken == []


@pytest.mark.parametrize("page", TOUR)
def test_every_module_a_page_names_exists(project: Path, page: str) -> None:
    text = (project / page).read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:transforms|orchestration|dashboards|dbt_project|tests|docs)/[\w/.]+)`",
        text,
    )
    missing = [name for name in named if not (project / name).exists()]

    assert missing == []


def test_every_decision_has_context_choice_and_cost(project: Path) -> None:
    text = (project / "DECISIONS.md").read_text(encoding="utf-8")
    entries = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    thin = [
        entry.splitlines()[0]
        for entry in entries
        for part in ("**Context.**", "**Choice.**", "**Cost.**")
        if part not in entry
    ]
    numbers = [int(entry.split(".")[0]) for entry in entries]

    assert thin == []
    assert numbers == list(range(1, len(entries) + 1))


def test_every_decision_that_is_cited_exists(
    project: Path, tracked: list[Path]
) -> None:
    text = (project / "DECISIONS.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^## (\d+)\.", text, re.MULTILINE))
    cited = {
        number
        for path in tracked
        if path.suffix in {".py", ".sql", ".yml", ".yaml", ".md", ".toml"}
        for number in re.findall(
            r"DECISIONS(?:\.md)?,? (?:no\. )?(\d+)", path.read_text(encoding="utf-8")
        )
    }

    assert cited <= known


def _up_to_each_number(text: str) -> list[list[str]]:
    paragraphs = [block.splitlines() for block in re.split(r"\n\s*\n", text)]
    return [
        lines[: place + 1]
        for lines in paragraphs
        for place, line in enumerate(lines)
        if re.search(r":\s*\[?-?\d", line)
    ]
