"""Card numbers in free text: found however they are grouped."""

from collections.abc import Callable, Sequence

import pytest

from transforms.contracts.cards import find
from transforms.edi.anatomy import TransactionSet
from transforms.edi.cards import guilty_cells
from transforms.edi.columns.segments import cut

SetOf = Callable[[Sequence[str]], TransactionSet]


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "card 4111 1111 1111 1111, thanks",
        "3782-822463-10005",
        "order 12 4111 1111 1111 1111",
        "6304000000000000000",
    ],
)
def test_a_card_is_found(text: str) -> None:
    assert find(text, is_free_text=True) is not None


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "call +1 555 010 0199",
        "0000000000000",
        "411111111111",
        "4111  1111 1111 1111",
        "",
    ],
)
def test_other_digits_are_no_card(text: str) -> None:
    assert find(text, is_free_text=True) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("REF*ZZ*4111111111111111", [(1, 2, "4111111111111111")]),
        ("BEG*00*SA*3782-822463-10005", [(1, 3, "3782-822463-10005")]),
        ("N1*ST*x*92*A>4111111111111111", [(1, 4, "4111111111111111")]),
        # A reference that only its check digit makes a card number is none.
        ("REF*CN*9400111111111110", []),
        ("MAN*GM*354107380000001051", []),
        ("REF*ZZ*4111111111111111A", []),
        ("MSG*4111111111111111", [(1, 1, "4111111111111111")]),
        ("REF*ZZ**paid by 4111111111111111", [(1, 3, "4111111111111111")]),
        ("n3*1 Street*4111-1111-1111-1111", [(1, 2, "4111-1111-1111-1111")]),
    ],
)
def test_free_texts_are_looked_at_closely_and_references_for_cards_alone(
    set_of: SetOf, text: str, expected: list[tuple[int, int, str]]
) -> None:
    segments = cut([set_of(["ST*850*0001", text, "SE*3*0001"])])

    assert expected == [*dict.fromkeys(guilty_cells(segments))]
