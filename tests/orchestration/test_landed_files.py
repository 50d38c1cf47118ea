"""What ``orderhouse landing`` shows: lines numbered as rejects number them."""

from __future__ import annotations

from orchestration.cli.landing import numbered

ENVELOPE = (
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              "
    "*171227*0905*U*00401*000000001*0*P*>~GS*PO*A*B*20171227*0905*1*X*004010~"
)


def test_a_line_of_x12_is_a_segment() -> None:
    lines = numbered((ENVELOPE + "GE*0*1~IEA*1*000000001~").encode(), "x12_850")

    assert ["ISA", "GS*", "GE*", "IEA"] == [line[:3] for line in lines]


def test_what_stands_outside_an_interchange_has_a_number_too() -> None:
    lines = numbered(b"From: nobody\n" + ENVELOPE.encode(), "x12_850")

    assert "From: nobody" == lines[0]
    assert lines[1].startswith("ISA*")


def test_a_line_of_any_other_format_is_a_line() -> None:
    assert ["a", "b"] == numbered(b"a\nb\n", "pos_sales")
