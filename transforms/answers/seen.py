"""What was seen in a file, in 中文: details and examples of findings.

Formats write details in English, as they read. Sentence and remedy of a code are
in ``contracts.codes`` in both languages; this is the rest of a finding. What is
not listed here stays as it is: names of columns and segments are no language.
"""

from __future__ import annotations

import re
from functools import lru_cache

_DETAILS = (
    (r"another line of the order is broken", "同一订单的另一行有误"),
    (r"see segment (\d+)", r"见第 \1 段"),
    (r"see line (\d+)", r"见第 \1 行"),
    (r"it looks encoded as (.+), not (.+)", r"编码似为 \1，而非 \2"),
    (r"it looks parted by (.+), not (.+)", r"分隔符似为 \1，而非 \2"),
    (r"as (.+), read as (.+)", r"曾以 \1 收到，按 \2 读取"),
    (r"(\d+) cells, header has (\d+)", r"该行 \1 列，表头 \2 列"),
    (
        r"SKU (.+), in kit (.+), is not in the product master",
        r"商品主数据中没有套装 \2 所含的 SKU \1",
    ),
    (
        r"SKU (.+), called (.+), is not in the product master",
        r"商品主数据中没有 SKU \1（文件中写作 \2）",
    ),
    (r"SKU (.+) is not in the product master", r"商品主数据中没有 SKU \1"),
    (r"node (.+) is not in the node master", r"节点主数据中没有 \1"),
    (
        r"node (.+): counted at (.+), after it arrived",
        r"节点 \1：盘点时间 \2 晚于到达时间",
    ),
    (r"node (.+) is not run by (.+)", r"节点 \1 不由 \2 运营"),
    (
        r"node (.+): ([A-Z]+), (\d+) rows; we hold (\d+), earlier files had (\d+)",
        r"节点 \1：\2，\3 行；我方库存 \4 行，此前文件 \5 行",
    ),
    (
        r"node (.+): ([A-Z]+), (\d+) rows; we .+ had (\d+); a first count .+ (`.+`)",
        (
            r"节点 \1：\2，\3 行；我方库存 0 行，此前文件 \4 行；"
            r"首次盘点须先有期初库存（csv_opening_stock），或由我方确认：\5"
        ),
    ),
    (r"no lane leads to region (.+)", r"没有通往地区 \1 的线路"),
    (r"no region is named", "未注明地区"),
    (
        r"no row of units_of_measure says how many eaches are in a (.+) of SKU (.+)",
        r"units_of_measure 中没有 SKU \2 每 \1 所含的件数",
    ),
    (
        r"total (\S+) (\S+) is not the sum of the lines, (\S+)",
        r"总额 \1 \2 与明细合计 \3 不符",
    ),
    (
        r"kit (.+) stands in itself, or kits in it are more than (\d+) deep",
        r"套装 \1 包含自身，或其中套装超过 \2 层",
    ),
    (r"order (.+) has not arrived", r"订单 \1 尚未到达"),
    (r"order (.+) has no line (.+)", r"订单 \1 没有第 \2 行"),
    (r"(.+), … (\d+) in all", r"\1 … 共 \2 列"),
    (r"LOC 7, the line is read as one", "LOC 7 分送多处，该行按一处读取"),
    (r"a sub-line is not read", "不读取子行"),
    (r"no zip archive", "不是 zip 压缩包"),
    (r"two members of one name", "压缩包内有同名文件"),
    (r"a member's name leaves the archive", "压缩包内的文件名指向包外"),
    (r"(.+) is not what was packed", r"\1 与打包时不符"),
    (r"gross and net contradict", "毛额与净额矛盾"),
    (r"an allowance is not negative", "折让不得为负数"),
    (r"another one than (?:its )?(\w+)", r"与 \1 不同"),
    (r"no such parent", "没有这样的上级行"),
    (r"outside its loop", "不在其循环之内"),
    (r"priced by eaches", "按件计价"),
    (r"unit price basis", "单价基数"),
    (r"no NAD or LOC says where", "没有 NAD 或 LOC 说明地点"),
    (r"no ([A-Z]+ \d+) or (\d+|[A-Z]+ \d+)", r"缺少 \1 或 \2"),
    (r"(.+) is missing", r"缺少 \1"),
    (r"(.+), at least (-?\d+)", r"\1，至少为 \2"),
    (r"(.+), such as (.+)", r"\1，例如 \2"),
    (r"difference is (-?\d+)", r"差额为 \1"),
    (r"(\d+) units counted", r"实际合计 \1"),
    (r"(\d+) ([A-Z]{2,3}) counted", r"实际有 \1 个 \2"),
    (r"(\d+) segments counted", r"实际有 \1 段"),
    (r"(\d+) groups counted", r"实际有 \1 个组"),
    (r"(\d+) sets counted", r"实际有 \1 个交易集"),
    (r"(\d+) counted", r"实际有 \1"),
    (r"nothing in (\w+)", r"\1 为空"),
    (r"(\w+) in (ISA13|GS06|ST02|\d{4})", r"\2 为 \1"),
    (r"(.+) is agreed", r"约定为 \1"),
    (r"(\d+) lines counted", r"实际有 \1 行"),
    (r"(\d+) of them damaged", r"其中 \1 件破损"),
    (r"more than (\d+) lines", r"超过 \1 行"),
    (r"more than (\d+) segments", r"超过 \1 段"),
    (r"more than (\d+) elements", r"超过 \1 个元素"),
    (r"more than (\d+) interchanges", r"超过 \1 个交换报文"),
    (
        r"its bytes are no UTF-8: .+",
        "不是 UTF-8：请在配置档案的 encoding 选项中说明编码",
    ),
    (r"the charges come to (.+)", r"各项费用合计 \1"),
    (r"a line number repeats|LIN01 repeats in its message", "行号重复"),
    (r"it changes nothing", "未作任何更改"),
    (r"what the line comes to", "该行金额"),
    (r"a header and no line below it", "只有表头，没有数据行"),
    (r"([^,]+) stands twice", r"\1 出现两次"),
    (r"no product id|no article number", "缺少商品编号"),
    (r"no currency", "缺少币种"),
    (r"a fraction", "不是整数"),
    (r"no XLSX workbook", "不是 XLSX 工作簿"),
    (r"outside any interchange", "不在任何交换报文之内"),
    (r"not price times quantity", "不等于单价乘数量"),
    (r"date or hour of its GS", "其 GS 的日期或时间"),
    (r"(\w+) where (.+) is read", r"收到 \1，此处只读取 \2"),
    (r"no (.+) before it", r"其前缺少 \1"),
    (r"no ([A-Z0-9*]+(?: [A-Z0-9]+)?)", r"缺少 \1"),
)
"""Expressions of whole details, first one that fits."""

_PROBLEMS = (
    (r"([A-Z_]+): see (.+)", r"\1：见 \2"),
    (
        r"line (.+): (\d+) eaches wanted, (\d+) confirmed",
        r"第 \1 行：应为 \2 件，确认了 \3 件",
    ),
    (r"(\d+) shipments wanted, (\d+) found", r"应有 \1 次发货，实有 \2 次"),
    (r"(\d+) orders wanted, (\d+) found", r"应有 \1 张订单，实有 \2 张"),
    (r"line 2 must leave in two parts", "第 2 行须分两次发出"),
    (r"the short line names no reason", "缺货行未注明原因"),
    (
        r"neither a refusal nor a zero confirmation",
        "既没有拒绝，也没有零数量确认",
    ),
    (r"no file came twice with the same bytes", "没有文件以相同内容收到两次"),
    (r"two files wanted, the later one first", "应有两份文件，且后一份先到"),
    (r"a line in an unknown unit was wanted", "应有一行使用未约定的计量单位"),
    (r"a line with an unknown SKU was wanted", "应有一行含未知 SKU"),
    (
        r"a confirmation of a day before (.+) was wanted",
        r"应有 \1 之前某日的确认",
    ),
    (r"an order with two lines of one SKU was wanted", "应有同一 SKU 出现两行的订单"),
    (r"a second version of an order was wanted", "应有某张订单的第二个版本"),
    (r"a cancelled order was wanted", "应有一张已取消的订单"),
    (r"a file accepted in part was wanted", "应有一份部分接受的文件"),
    (r"put files into (.+)", r"请将文件放入 \1"),
)
"""The same of what a certification misses."""

EXAMPLES = {
    "WRONG_NODE": "`harbor_3pl` 的文件夹中有 `3PL-SUMMIT` 的库存文件",
    "DUPLICATE": "orders_20171227_again.csv 与 orders_20171227.csv 内容相同",
    "REVISION": "22:00 与 23:00 的 stock_20171227.csv 数量不同",
    "UNKNOWN_FORMAT": "一个 PDF 文件",
    "FILE_TOO_LARGE": "300 MB 的库存文件",
    "NOT_DECRYPTED": "用去年的密钥加密的文件",
    "STOCK_NOT_BELIEVED": "行数只有前几日的一半；数量全部为 0",
    "ARCHIVE_BOMB": "一百万行带格式的空行",
    "BAD_XML": "第一个元素之前有 `<!DOCTYPE order [ … ]>`",
    "UNKNOWN_REGION": "线路只到各州，却有发往 `PR` 的订单",
    "TOTAL_MISMATCH": "两行为 10.00 和 5.00，总额却为 16.00",
    "BAD_ENCODING": "声明为 UTF-8 的文件中有 `M\\xfcller`",
    "EMPTY_FILE": "0 字节的 `stock_20171227.csv`",
    "UNEXPECTED_FILE": "约定为 `stock_*.csv`，却发送了 `Stock 27.12.csv`",
    "WRONG_PARTNER": "`ACME3PL` 的文件中 ISA06 为 `OTHER3PL`",
    "SEQUENCE_GAP": "收到 orders_000122.csv 之后是 orders_000124.csv",
    "LATE_FILE": "12 月 29 日才收到 stock_20171227.csv",
    "CONTROL_CHARACTER": "两个字母之间有 NUL",
    "LINE_TOO_LONG": "长达 100,000 个字符的备注",
    "MISSING_COLUMN": "表头中没有 `sku_ref`",
    "RAGGED_LINE": '应为 `825123,"Soup, tomato",12`，而非 `825123,Soup, tomato,12`',
    "UNBALANCED_QUOTE": '应为 `825123,"12"" pan",4`，而非 `825123,"12 in pan,4`',
    "BAD_JSON": '`{"id": 1001, "line_items": [` 之后没有结尾',
    "MISSING_VALUE": "订单行没有 SKU",
    "MISPLACED_VALUE": "例如 HOLD 行填写了 `until_date`，而 HOLD 由 UNHOLD 解除",
    "BAD_QTY": "应为 `2`，而非 `2.5` 或 `two`",
    "BAD_AMOUNT": "`12.50 USD`；日元不能写 `100.50`",
    "BAD_INSTANT": "`2018-02-30`；约定为 `2017-12-27`，却写成 `12/27/17`",
    "BAD_CODE": "应为 AVAILABLE、DAMAGED 或 HOLD，却写成 `GOOD`",
    "CARD_NUMBER": "备注中写有 `card 4111 1111 1111 1111`",
    "BAD_ENVELOPE": "有 ISA 而没有 IEA",
    "WRONG_COUNT": "SE01 写 12，而 ST 与 SE 之间有 13 段",
    "TEST_INTERCHANGE": "ISA15 为 T",
    "UNKNOWN_SET": "只约定了 850 和 860，却收到 832",
    "BAD_ARCHIVE": "把 .xls 改名为 .xlsx",
    "SCIENTIFIC_NUMBER": "应为 `1230000012345`，而非 `1.23E+12`",
    "UNKNOWN_COLUMN": "新增的列 `gift_wrap`",
    "UNKNOWN_UNIT": "未约定箱规，却以 CS 为单位",
    "MISPLACED_SEGMENT": "PID 出现在第一个 PO1 之前；QTY 不在任何 LIN 之内",
    "TOO_MANY_ELEMENTS": "应为 `NAD+ST+++Smith ?+ Co'`，而非 `NAD+ST+++Smith + Co'`",
    "DUPLICATE_INTERCHANGE": "周一和周二的 ISA13 都是 000000017",
    "DUPLICATE_GROUP": "GS06 17 出现两次",
    "DUPLICATE_SET": "同一 GS 与 GE 之间 ST02 0001 出现两次",
    "REPEATED_LINE": "PO-7001 的第 1 行出现两次；SKU 825123 盘点两次且未注明批号",
    "ORPHAN_LINE": "LineItem 的 `__parentId` 不是文件中的任何订单",
    "UNKNOWN_OBJECT": "收款通道中收到退款",
    "AMOUNTS_DISAGREE": "付款 323.58，而明细合计 186.42",
    "UNKNOWN_SKU": "应为 `825123`，而非 `825132`",
    "KIT_WITHOUT_COMPONENTS": "商品的 `is_kit` 为 true，却没有 kit_components 明细",
    "KIT_CYCLE": "套装 A 含套装 B，套装 B 又含套装 A",
    "UNKNOWN_NODE": "应为 `DC-EAST`，而非 `DC-1`",
    "UNKNOWN_ORDER": "860 引用了从未收到的采购订单",
    "UNKNOWN_LINE": "订单只有三行，却引用第 9 行",
}

_SHOWN = re.compile(r", such as (.+)$")
_LISTED = re.compile(r"(?:^|: )([^|:]+?) \| ")


@lru_cache(maxsize=4096)
def detail_of(text: str, language: str) -> str:
    """A detail in a language.

    Example:
        >>> detail_of("5 cells, header has 6", "zh"), detail_of("qty", "zh")
        ('该行 5 列，表头 6 列', 'qty')
    """
    if language != "zh":
        return text
    first, *others = text.split("; also ")
    told = "；".join(_said(part) for part in re.split("; (?=it looks )", first))
    return "；另有 ".join([told, *others])


def problem_of(text: str, language: str) -> str:
    """What a scenario of a certification misses, in a language.

    Example:
        >>> problem_of("2 shipments wanted, 1 found", "zh")
        '应有 2 次发货，实有 1 次'
    """
    return _said(text, _PROBLEMS) if language == "zh" else text


def _said(text: str, known: tuple[tuple[str, str], ...] = _DETAILS) -> str:
    """One detail in 中文."""
    found = ((re.fullmatch(shape, text), said) for shape, said in known)
    return next((match.expand(said) for match, said in found if match), text)


def example_of(code: str, english: str, language: str, detail: str = "") -> str:
    """The example of a code in a language; English where there is no other.

    What the detail of a finding shows is right for that partner, and outranks it.

    Example:
        >>> example_of("BAD_AMOUNT", "`12,50`", "en", "Precio, such as 12,50")
        '`12,50`'
        >>> example_of("BAD_CODE", "`GOOD`", "en", "Pagado: Sí | No")
        '`Sí`'
    """
    if shown := _SHOWN.search(detail):
        return " / ".join(f"`{one}`" for one in shown[1].split(" or "))
    if listed := _LISTED.search(detail):
        return f"`{listed[1]}`"
    return EXAMPLES.get(code, english) if language == "zh" else english
