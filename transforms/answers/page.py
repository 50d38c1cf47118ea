"""What every page for a partner looks like: reports, guides, result sheets.

One file each, its style inside, readable on a phone and on paper; it loads
nothing and runs nothing. Cells are handed in escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root{--ink:#1d2733;--soft:#5b6775;--line:#dde3ea;--pale:#f4f6f9}
*{box-sizing:border-box}
body{font:15px/1.55 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",
sans-serif;color:var(--ink);margin:0 auto;max-width:72rem;padding:2rem 1.25rem 4rem}
h1{font-size:1.5rem;line-height:1.25;margin:.1rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.5rem 0 .75rem;padding-top:1rem}
h2{border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.75rem 0 .4rem}
p,li{max-width:48rem}.over,dt,summary,small{color:var(--soft)}.over{margin:0}
.verdict{border-left:.35rem solid;border-radius:.25rem;padding:.6rem .9rem;margin:0}
.good{background:#e9f5ec;border-color:#2e7d46}
.part{background:#fdf3df;border-color:#b7791f}
.bad{background:#fbe9e7;border-color:#b3261e}
.figures{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1.1rem 0}
.figures strong{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
.figures div{color:var(--soft)}.figures strong{color:var(--ink)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:1rem 0}
dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:1.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.5rem .6rem}
th,td{border-bottom:1px solid var(--line)}
th{background:var(--pale);font-weight:600;white-space:nowrap}
code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}
code{background:var(--pale);border-radius:.2rem;padding:.05rem .3rem}
code{overflow-wrap:break-word}
pre{background:var(--pale);padding:.9rem;overflow-x:auto;white-space:pre-wrap}
.chip{border-radius:1rem;padding:.1rem .6rem;font-size:.85rem;white-space:nowrap}
.error .chip,.FAILED .chip{background:#fbe9e7;color:#9c1f17}
.warning .chip,.WAITING .chip{background:#fdf3df;color:#7a5000}
.info .chip{background:var(--pale);color:var(--soft)}
.PASSED .chip{background:#e9f5ec;color:#1f6b37}
details{margin:1rem 0}summary{cursor:pointer}
@media(max-width:46rem){
body{padding:1.25rem 1rem 3rem}
dl{display:block}dd{margin:0 0 .5rem}dd code{overflow-wrap:anywhere}
table,tbody,tr,td{display:block}thead{display:none}
tr{border:1px solid var(--line);border-radius:.4rem;margin:.8rem 0;padding:.4rem .8rem}
td{border:0;padding:.25rem 0;display:grid;gap:.75rem;overflow-wrap:anywhere}
td{grid-template-columns:7.5rem 1fr}td:empty{display:none}
td::before{content:attr(data-label);color:var(--soft)}
td>span{justify-self:start}
}
@media print{body{padding:0;max-width:none}tr{break-inside:avoid}}
"""


def page(title: str, body: str, language: str) -> bytes:
    """A page's bytes.

    Args:
        title: plain text.
        body: HTML, everything that others said in it escaped.
        language: en or zh.
    """
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body>{body}</body></html>\n"
    ).encode()


def table(names: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A table whose rows become cards on a phone.

    Args:
        names: of the columns, plain text.
        rows: class of the row and its cells, escaped.
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f'<tr class="{kind}">{_cells(names, cells)}</tr>\n' for kind, cells in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"


def _cells(names: Sequence[str], cells: Sequence[str]) -> str:
    # A cell is one box, however many texts and codes it holds.
    return "".join(
        f'<td data-label="{escape(name)}"><div>{cell}</div></td>'
        if cell
        else "<td></td>"
        for name, cell in zip(names, cells, strict=True)
    )
