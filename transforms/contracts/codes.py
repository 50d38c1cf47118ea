"""Every code a person may meet: what it means and how to mend it.

``docs/codes.md`` is generated from here. A code is stable: never renamed,
never given another meaning.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One stable code.

    Args:
        code: upper snake case.
        room: where it is raised: ingest, bronze, silver, decisions.
        english: what is wrong.
        remedy: how to mend it.
        chinese: what is wrong and how to mend it.
    """

    code: str
    room: str
    english: str
    remedy: str
    chinese: str


_ALL = (
    Code("DUPLICATE", "ingest", "The same bytes arrived before.", "Nothing to do; the copy is not read.", "相同内容的文件已收到过；副本不再读取，无需处理。"),
    Code("REVISION", "ingest", "A file of the same name arrived before with other bytes.", "Nothing to do if meant; newer rows win by their own time stamps.", "同名文件内容不同；如属有意更正则无需处理。"),
    Code("EMPTY_FILE", "ingest", "The file has no bytes or no data lines.", "Send it again with content.", "文件为空；请重新发送。"),
    Code("UNEXPECTED_FILE", "ingest", "No feed of this partner expects a file of this name.", "Use a name that matches a feed's pattern.", "文件名不符合该伙伴任何数据通道的命名规则。"),
    Code("UNKNOWN_FORMAT", "ingest", "No format recognises the file.", "Name the format, or send one that docs/formats.md lists.", "无法识别文件格式；请指定格式或使用支持的格式。"),
    Code("WRONG_PARTNER", "ingest", "The file names another partner as its sender.", "Send it from the right account, or correct the sender's id.", "文件中的发送方与该伙伴不符；请核对发送账号或标识。"),
    Code("UNSAFE_NAME", "ingest", "The file's name climbs out of its folder or holds forbidden characters.", "Use letters, digits, dot, dash and underscore.", "文件名含路径或非法字符；请仅用字母、数字、点、横线和下划线。"),
    Code("FILE_TOO_LARGE", "ingest", "The file is larger than the partner's profile allows.", "Send it in parts.", "文件超过允许大小；请拆分后发送。"),
    Code("NOT_DECRYPTED", "ingest", "The file could not be decrypted or its signature does not hold.", "Encrypt it to our current key and sign it with yours.", "文件无法解密或签名无效；请使用正确密钥重新发送。"),
    Code("SEQUENCE_GAP", "ingest", "A number between this file and the one before is missing.", "Send the missing file, or say that the number was not used.", "文件序号不连续，缺少中间编号；请补发或说明未使用。"),
    Code("LATE_FILE", "ingest", "The file belongs to a business date that was already run.", "Nothing to do: the next run takes it in and re-opens the date.", "文件属于已处理的业务日期；下次运行会重新纳入，无需处理。"),
    Code("STOCK_NOT_BELIEVED", "ingest", "The stock file is empty, partial, zeroed or implausible; the last good numbers stay.", "Send a whole, fresh snapshot.", "库存文件为空、不完整或不可信；沿用上次有效数据，请重新发送完整快照。"),
    Code("BAD_ENCODING", "bronze", "The bytes are not valid in the declared encoding.", "Send UTF-8.", "编码无效；请使用 UTF-8。"),
    Code("CONTROL_CHARACTER", "bronze", "A NUL or control character stands in the line.", "Remove it.", "行内含控制字符；请删除。"),
    Code("LINE_TOO_LONG", "bronze", "The line or cell is longer than allowed.", "Shorten it.", "行或单元格过长；请缩短。"),
    Code("MISSING_COLUMN", "bronze", "A required column is not in the header.", "Add the column.", "缺少必需的列；请补充。"),
    Code("RAGGED_LINE", "bronze", "The line has more or fewer cells than the header.", "Quote cells that contain the delimiter.", "该行列数与表头不符；请检查分隔符与引号。"),
    Code("UNBALANCED_QUOTE", "bronze", "A quote opens and does not close on its line.", "Close or double the quote.", "引号未闭合；请补全。"),
    Code("BAD_JSON", "bronze", "The line is not a JSON object of the expected shape.", "Send one complete object a line.", "JSON 格式错误；每行须为完整对象。"),
    Code("MISSING_VALUE", "bronze", "A required cell is empty.", "Fill it.", "必填值为空；请填写。"),
    Code("BAD_QTY", "bronze", "The quantity is not a whole number in range.", "Send whole eaches.", "数量不是有效整数；请以件为单位填写。"),
    Code("BAD_AMOUNT", "bronze", "The amount is not a decimal number of the currency's precision.", "Send digits with a point.", "金额格式错误。"),
    Code("BAD_INSTANT", "bronze", "The date or time cannot be read.", "Use the format's spelling.", "日期或时间无法识别。"),
    Code("BAD_CODE", "bronze", "The value is not in the closed list.", "Use a listed value.", "取值不在允许列表中。"),
    Code("CARD_NUMBER", "bronze", "A payment card number stands in the line; it went into no table.", "Never send card numbers; send the token or the last four digits.", "发现银行卡号，未写入任何数据表；请勿发送卡号。"),
    Code("BAD_ENVELOPE", "bronze", "The X12 envelope is broken or does not pair.", "Repair ISA/GS/ST and their trailers.", "X12 信封不完整或不匹配。"),
    Code("WRONG_COUNT", "bronze", "A trailer's count or control number does not match.", "Send the right count in SE, GE or IEA.", "尾段计数或控制号不符。"),
    Code("TEST_INTERCHANGE", "bronze", "The interchange is marked as a test (ISA15 T).", "Send P for production.", "测试报文（ISA15=T）不进入生产表。"),
    Code("UNKNOWN_SET", "bronze", "The transaction set is not one this feed reads.", "Send it to the right feed.", "该数据通道不处理此类报文。"),
    Code("BAD_ARCHIVE", "bronze", "The workbook or archive is damaged, or no such file.", "Save it again and send it.", "工作簿或压缩包损坏；请重新保存后发送。"),
    Code("ARCHIVE_BOMB", "bronze", "The workbook unpacks to far more than it should.", "Send a workbook with data only.", "文件解压后体积异常；请只发送数据内容。"),
    Code("BAD_XML", "bronze", "The XML is not well formed, or declares a document type or entities.", "Send plain XML without a DOCTYPE.", "XML 格式错误或含 DOCTYPE/实体；请发送纯 XML。"),
    Code("FORMULA", "bronze", "The cell holds a formula or an error of the sheet instead of a value.", "Paste values only.", "单元格为公式或错误值；请粘贴为数值。"),
    Code("SCIENTIFIC_NUMBER", "bronze", "A number was rewritten by a spreadsheet, as 1.23E+12; digits are lost.", "Format the column as text and send it again.", "编号被表格软件改为科学计数法，位数已丢失；请将该列设为文本。"),
    Code("UNKNOWN_COLUMN", "bronze", "A column of the file is not known; it was not read.", "Nothing to do, or ask for it to be read.", "文件含未知列，未读取；如需使用请联系我方。"),
    Code("UNKNOWN_UNIT", "bronze", "The unit of measure is not known for this SKU.", "Send eaches, or a row of units of measure.", "计量单位未知；请按件发送或补充单位换算。"),
    Code("DUPLICATE_INTERCHANGE", "bronze", "An interchange of this control number arrived before.", "Use a new number for a new interchange; nothing is counted twice.", "交换控制号重复；新报文请使用新编号，数据不会重复计算。"),
    Code("DUPLICATE_GROUP", "bronze", "A functional group of this control number arrived before.", "Use a new number for a new group; nothing is counted twice.", "功能组控制号重复；请使用新编号。"),
    Code("DUPLICATE_SET", "bronze", "A transaction set or message of this control number stands twice in its group.", "Number the sets of a group one by one.", "同一组内报文控制号重复；请逐一编号。"),
    Code("UNKNOWN_SKU", "silver", "The SKU is not in the product master.", "Correct the SKU or send its product row; the order heals by itself.", "SKU 不在商品主数据中；补充主数据后订单自动恢复。"),
    Code("UNKNOWN_NODE", "silver", "The node is not in the node master.", "Correct the node or send its row.", "节点不在主数据中。"),
    Code("UNKNOWN_REGION", "silver", "No lane leads to the destination.", "Correct the state or add the lane.", "没有通往该地区的线路。"),
    Code("TOTAL_MISMATCH", "silver", "The order's total is not the sum of its lines.", "Send a version that adds up.", "订单总额与明细不符。"),
    Code("ILLEGAL", "decisions", "The event does not fit the line's state; it was kept and not applied.", "Compare the document with the order's timeline.", "事件与订单行状态不符，已保留但未执行。"),
    Code("UNKNOWN_TO_US", "decisions", "A node confirmed an instruction we never sent.", "Ask the node which order it shipped.", "节点确认了我方未发出的指令。"),
    Code("OVERSHIPPED", "decisions", "More left than was asked for.", "Ask the customer or the node for the surplus.", "发货数量超过指令。"),
    Code("SHORT_SHIPPED", "decisions", "Less left than was asked for.", "The rest is sourced again by itself.", "发货数量不足；剩余将自动重新分配。"),
    Code("REFUSED", "decisions", "A node refused a line.", "The line is sourced again elsewhere by itself.", "节点拒绝；将自动改由其他节点发货。"),
    Code("ACK_OVERDUE", "decisions", "No acknowledgement arrived before its deadline.", "Call the partner or resend the file under the same number.", "未按时收到回执；请联系伙伴或重发。"),
    Code("ACK_REJECTED", "decisions", "The partner could not read what we sent.", "Read the reason and send a correction under a new number.", "伙伴无法读取我方文件。"),
    Code("SHIP_OVERDUE", "decisions", "No ship confirmation arrived by the ship-by date.", "Ask the node.", "未按时收到发货确认。"),
    Code("STOCK_SHORTFALL", "decisions", "A node reports fewer eaches than our ledger holds.", "Nothing at once: availability was lowered. Count the location.", "节点库存少于账面；可售量已下调，请盘点。"),
    Code("STOCK_SURPLUS", "decisions", "A node reports more eaches than our ledger holds.", "Waits for a second snapshot or an adjustment.", "节点库存多于账面；等待再次确认。"),
    Code("STOCK_DISTRUSTED", "decisions", "A stock file was stale, partial or implausible.", "Ask the partner for a whole, fresh snapshot.", "库存文件过期、不完整或不可信。"),
    Code("SUPPLY_LOST", "decisions", "Supply fell below what was committed.", "Unreleased eaches were taken back; look at the released ones.", "库存低于已承诺数量；未下发部分已收回。"),
    Code("OVERCOMMITTED", "decisions", "Released eaches exceed what the node holds.", "Call the node; cancel or resource the newest.", "已下发数量超过节点库存。"),
    Code("BACKORDERED", "decisions", "The line waits for stock.", "See its expected date.", "订单行缺货待补。"),
    Code("UNSOURCEABLE", "decisions", "Stock exists but no eligible node may ship it.", "Run `orderhouse why` for the rule that rules each node out.", "有库存但没有符合条件的发货节点。"),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}


def message(code: str, detail: str = "") -> str:
    """The sentence of a code with what was seen and the remedy.

    Raises:
        KeyError: the code is not in the table.
    """
    entry = CODES[code]
    seen = f" ({detail})" if detail else ""
    return f"{entry.english}{seen} {entry.remedy}"


def render_markdown() -> str:
    """The page ``docs/codes.md``: every code, by the room that raises it."""
    rooms = dict.fromkeys(code.room for code in CODES.values())
    return _HEAD + "".join(_section(room) for room in rooms)


_HEAD = """# Codes

Written by `make docs` from `transforms/contracts/codes.py`; do not edit.

A code is stable: it is never renamed and never given another meaning. It stands
in `bronze.rejects`, `decisions.exceptions` and on the pages, always with the
sentence and the remedy below.
"""


def _section(room: str) -> str:
    rows = "".join(
        f"| `{code.code}` | {code.english} | {code.remedy} | {code.chinese} |\n"
        for code in CODES.values()
        if code.room == room
    )
    head = "| code | what is wrong | how to mend it | 中文 |\n|---|---|---|---|\n"
    return f"\n## {room}\n\n{head}{rows}"
