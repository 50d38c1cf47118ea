"""Words: the same keys in both languages, and none of them inside the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.texts import LANGUAGES, texts
from transforms.allocation.eligible import RULES
from transforms.contracts.decisions import BUCKETS, OVERLAYS

DASHBOARDS = Path(__file__).parents[2] / "dashboards"
DRAWN = sorted(
    path
    for folder in ("app_pages", "widgets", "charts", ".")
    for path in (DASHBOARDS / folder).glob("**/*.py" if folder != "." else "*.py")
)
TRANSFORMS = DASHBOARDS.parent / "transforms"
PROVERS = [
    *TRANSFORMS.glob("allocation/certify*.py"),
    TRANSFORMS / "availability" / "proof.py",
    TRANSFORMS / "ledger" / "proofs.py",
]
CHECKS = {"_check", "_row", "_found"}
PLACEHOLDER = re.compile(r"{(\w+)}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Markup, chart expressions, formats and commands are no language.
NO_WORDS = re.compile(r"^<|datum\.|^ \* |' : |^YYYY|^%Y|^make run$|^[^A-Za-z]*$")


def test_both_languages_have_the_same_keys() -> None:
    assert set(texts("en")) == set(texts("zh"))


def test_a_text_fills_in_the_same_values_in_both_languages() -> None:
    english, chinese = (
        {key: set(PLACEHOLDER.findall(text)) for key, text in texts(name).items()}
        for name in LANGUAGES
    )

    assert english == chinese


def test_what_is_said_in_chinese_is_chinese() -> None:
    same = {"app.name", "state.unknown", "columns.sku_id", "columns.payload_sha256"}
    same |= {"order.line_source"}

    foreign = {key for key, text in texts("zh").items() if not CHINESE.search(text)}
    assert same == foreign


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_no_page_has_literal_text(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    written = [*_sentences(tree), *_words_given_to_streamlit(tree)]
    assert [text for text in written if not NO_WORDS.search(text)] == []


def test_a_literal_text_would_be_found() -> None:
    planted = ast.parse("""'A docstring is fine.'
st.title("Orders")
label = f"{count} open lines"
""")

    found = [*_sentences(planted), *_words_given_to_streamlit(planted)]
    assert found == [" open lines", "Orders"]


def test_every_rule_of_the_allocator_has_a_word() -> None:
    assert [rule for rule in RULES if f"words.rule.{rule}" not in texts("en")] == []


def test_every_bucket_has_a_word_and_a_heading() -> None:
    keys = [f"words.bucket.{bucket}" for bucket in BUCKETS]
    keys += [f"columns.{name}_qty" for name in BUCKETS + OVERLAYS]

    assert [key for key in keys if key not in texts("en")] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_proof_has_words(name: str) -> None:
    """Each is told by its name alone, which only the code knows."""
    proofs = {proof for path in PROVERS for proof in _proofs(path)}

    assert {"kits_are_whole", "commitments are covered"} <= proofs
    known = texts(name)
    assert [one for one in sorted(proofs) if f"words.proof.{one}" not in known] == []


def _proofs(path: Path) -> Iterator[str]:
    """Names that a call of a check begins with, or under which a frame is checked."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        named: list[ast.expr | None] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CHECKS:
            named = [node.args[0]]
        elif isinstance(node, ast.Dict) and path.name.startswith("certify"):
            pairs = zip(node.keys, node.values, strict=True)
            named = [key for key, value in pairs if isinstance(value, ast.Call)]
        names = [str(one.value) for one in named if isinstance(one, ast.Constant)]
        yield from (one for one in names if re.search(r"\w[ _]\w", one))


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Text constants of more than one word, or in Chinese, that are no docstring."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_said = " " in node.value or CHINESE.search(node.value)
            if is_said and id(node) not in docstrings:
                yield node.value


def _words_given_to_streamlit(tree: ast.Module) -> Iterator[str]:
    """Constants that are the first thing a Streamlit call is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            drawn = ast.unparse(node.func).startswith("st.")
            first = node.args[0]
            if drawn and isinstance(first, ast.Constant) and first.value != 0:
                yield str(first.value)
