"""Every code a person may meet: what it means and how to mend it.

``docs/codes.md`` is generated from here. A code is stable: never renamed,
never given another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One stable code.

    Args:
        code: upper snake case.
        room: where it is raised: ingest, bronze, silver, decisions.
        severity: error: something was not taken; warning: it was, look at it;
            info: nothing to do.
        english: what is wrong.
        remedy: how to mend it.
        chinese: what is wrong.
        chinese_remedy: how to mend it.
        example: what such a fault looks like, "" where words say enough.
    """

    code: str
    room: str
    severity: str
    english: str
    remedy: str
    chinese: str
    chinese_remedy: str
    example: str = ""

    def sentence(self, language: str = "en") -> str:
        """What is wrong, in English or 中文."""
        return self.chinese if language == "zh" else self.english

    def advice(self, language: str = "en") -> str:
        """How to mend it, in English or 中文."""
        return self.chinese_remedy if language == "zh" else self.remedy


_ALL = (
    Code("DUPLICATE", "ingest", "info", "The same bytes arrived before.", "Nothing to do; the copy is not read.", "相同内容的文件已收到过。", "无需处理；副本不再读取。", "orders_20171227_again.csv with the bytes of orders_20171227.csv"),
    Code("REVISION", "ingest", "warning", "A file of the same name arrived before with other bytes.", "Nothing to do if meant; newer rows win by their own time stamps.", "同名文件内容不同。", "如属有意更正则无需处理；以时间较新的行为准。", "stock_20171227.csv at 22:00, and at 23:00 with other counts"),
    Code("EMPTY_FILE", "ingest", "error", "The file has no bytes or no data lines.", "Send it again with content.", "文件为空。", "请重新发送。", "stock_20171227.csv with 0 bytes"),
    Code("UNEXPECTED_FILE", "ingest", "error", "No feed of this partner expects a file of this name.", "Use a name that matches a feed's pattern.", "文件名不符合该伙伴任何数据通道的命名规则。", "请使用符合数据通道命名规则的文件名。", "`Stock 27.12.csv` where `stock_*.csv` is agreed"),
    Code("UNKNOWN_FORMAT", "ingest", "error", "No format recognises the file.", "Name the format, or send one that docs/formats.md lists.", "无法识别文件格式。", "请指定格式或使用支持的格式。", "a PDF"),
    Code("WRONG_PARTNER", "ingest", "error", "The file is from another sender or to another receiver.", "Send it from the right account to the right one, or correct the ids.", "文件的发送方或接收方不符。", "请核对发送账号或标识。", "ISA06 `OTHER3PL` in a file of `ACME3PL`"),
    Code("UNSAFE_NAME", "ingest", "error", "The file's name climbs out of its folder or holds forbidden characters.", "Use letters, digits, dot, dash and underscore.", "文件名含路径或非法字符。", "请仅用字母、数字、点、横线和下划线。", "`..\\orders.csv`"),
    Code("FILE_TOO_LARGE", "ingest", "error", "The file is larger than the partner's profile allows.", "Send it in parts.", "文件超过该伙伴允许的大小。", "请拆分后发送。", "a stock file of 300 MB"),
    Code("NOT_DECRYPTED", "ingest", "error", "The file could not be decrypted or its signature does not hold.", "Encrypt it to our current key and sign it with yours.", "文件无法解密或签名无效。", "请使用正确密钥重新发送。", "a file encrypted to the key of last year"),
    Code("SEQUENCE_GAP", "ingest", "warning", "A number between this file and the one before is missing.", "Send the missing file, or say that the number was not used.", "文件序号不连续，缺少中间编号。", "请补发，或说明该编号未使用。", "orders_000122.csv, then orders_000124.csv"),
    Code("LATE_FILE", "ingest", "warning", "The file belongs to a business date that was already run.", "Nothing to do: the next run takes it in and re-opens the date.", "文件属于已处理的业务日期。", "无需处理；下次运行会重新纳入该日期。", "stock_20171227.csv on 29 December"),
    Code("STOCK_NOT_BELIEVED", "ingest", "error", "The stock file is empty, partial, zeroed or implausible; the last good numbers stay.", "Send a whole, fresh snapshot.", "库存文件为空、不完整或不可信，沿用上次有效数据。", "请重新发送完整快照。", "half the lines of the days before; every count 0"),
    Code("BAD_ENCODING", "bronze", "error", "The bytes are not valid in the declared encoding.", "Save it in that encoding, or agree another one with us.", "字节与声明的编码不符。", "请按声明的编码保存，或与我方约定其他编码。", "`M\\xfcller` in a file declared as UTF-8"),
    Code("CONTROL_CHARACTER", "bronze", "error", "A NUL or control character stands in the line.", "Remove it.", "行内含控制字符。", "请删除。", "a NUL between two letters"),
    Code("LINE_TOO_LONG", "bronze", "error", "The line or cell is longer than allowed.", "Shorten it.", "行或单元格过长。", "请缩短。", "a note of 100,000 characters"),
    Code("MISSING_COLUMN", "bronze", "error", "A required column is not in the header.", "Send the agreed header: its names, delimiter and encoding.", "缺少必需的列。", "请按约定发送表头：列名、分隔符和编码。", "a header without `sku_ref`"),
    Code("RAGGED_LINE", "bronze", "error", "The line has more or fewer cells than the header.", "Quote cells that contain the delimiter.", "该行列数与表头不符。", "请检查分隔符与引号。", '`DC-1,825123,Soup, tomato,12` instead of `DC-1,825123,"Soup, tomato",12`'),
    Code("UNBALANCED_QUOTE", "bronze", "error", "A quote opens and does not close on its line.", "Close or double the quote.", "引号未闭合。", "请补全。", '`825123,"12 in pan,4` instead of `825123,"12"" pan",4`'),
    Code("BAD_JSON", "bronze", "error", "The line is not a JSON object of the expected shape.", "Send one complete object a line.", "JSON 格式错误或结构不符。", "每行发送一个完整对象。", '`{"id": 1001, "line_items": [` and no end'),
    Code("MISSING_VALUE", "bronze", "error", "A required cell is empty.", "Fill it.", "必填值为空。", "请填写。", "an order line without a SKU"),
    Code("MISPLACED_VALUE", "bronze", "error", "A cell is filled that says nothing in a row of this kind.", "Leave it empty, or send the row that it belongs to.", "该单元格在此类行中没有意义。", "请留空，或在对应类型的行中填写。", "an UNHOLD with an `until_date`"),
    Code("BAD_QTY", "bronze", "error", "The quantity is not a whole number in range.", "Send whole eaches.", "数量不是有效整数。", "请以件为单位填写。", "`2.5` or `two` instead of `2`"),
    Code("BAD_AMOUNT", "bronze", "error", "The amount is not a decimal number of the currency's precision.", "Send digits and the agreed decimal sign only, no finer than the currency's smallest coin.", "金额格式错误或精度超过币种最小单位。", "请只用数字和约定的小数点填写，不得小于币种最小单位。", "`12.50 USD`; `100.50` in JPY"),
    Code("BAD_INSTANT", "bronze", "error", "The date or time cannot be read.", "Use the format's spelling.", "日期或时间无法识别。", "请使用格式规定的写法。", "`2018-02-30`; `12/27/17` where `2017-12-27` is agreed"),
    Code("BAD_CODE", "bronze", "error", "The value is not in the closed list.", "Use a listed value.", "取值不在允许列表中。", "请使用列表中的取值。", "`GOOD` where AVAILABLE, DAMAGED or HOLD is expected"),
    Code("CARD_NUMBER", "bronze", "error", "A payment card number stands in the line; it went into no table.", "Never send card numbers; send the token or the last four digits.", "发现银行卡号，未写入任何数据表。", "请勿发送卡号。", "`card 4111 1111 1111 1111` in a note"),
    Code("BAD_ENVELOPE", "bronze", "error", "The envelope of the X12 or EDIFACT file is broken or does not pair.", "Repair ISA/GS/ST, UNB/UNH and their trailers.", "X12 或 EDIFACT 信封不完整或不匹配。", "请修正信封段及其尾段。", "an ISA without its IEA"),
    Code("WRONG_COUNT", "bronze", "error", "A trailer's count or control number does not match.", "Send the right count and number in SE, GE, IEA, UNT or UNZ.", "尾段计数或控制号不符。", "请发送正确的计数和控制号。", "SE01 says 12, 13 segments stand between ST and SE"),
    Code("TEST_INTERCHANGE", "bronze", "error", "The interchange is marked as a test (ISA15 T, UNB 0035 1).", "Send P for production.", "测试报文不进入生产表。", "正式数据请标记为生产。", "ISA15 is T"),
    Code("UNKNOWN_SET", "bronze", "error", "No feed reads this kind of transaction set.", "Leave it out, or agree a feed for it.", "没有数据通道处理此类报文。", "请勿发送，或先约定相应的数据通道。", "an 832 where only 850 and 860 were agreed"),
    Code("BAD_ARCHIVE", "bronze", "error", "The workbook or archive is damaged, or no such file.", "Save it again and send it.", "工作簿或压缩包损坏。", "请重新保存后发送。", "a renamed .xls called .xlsx"),
    Code("ARCHIVE_BOMB", "bronze", "error", "The workbook unpacks to far more than it should.", "Send a workbook with data only.", "文件解压后体积异常。", "请只发送数据内容。", "a sheet of a million formatted empty rows"),
    Code("BAD_XML", "bronze", "error", "The XML is not well formed, or declares a document type or entities.", "Send plain XML without a DOCTYPE.", "XML 格式错误或含 DOCTYPE/实体。", "请发送纯 XML。", "`<!DOCTYPE order [ … ]>` before the first element"),
    Code("FORMULA", "bronze", "error", "The cell holds a formula or an error of the sheet instead of a value.", "Paste values only.", "单元格为公式或错误值。", "请粘贴为数值。", "`=B2*2`, `#REF!`"),
    Code("SCIENTIFIC_NUMBER", "bronze", "error", "A number was rewritten by a spreadsheet, as 1.23E+12; digits are lost.", "Format the column as text and send it again.", "编号被表格软件改为科学计数法，位数已丢失。", "请将该列设为文本后重新发送。", "`1.23E+12` instead of `1230000012345`"),
    Code("UNKNOWN_COLUMN", "bronze", "warning", "A column of the file is not known; it was not read.", "Nothing to do, or ask for it to be read.", "文件含未知列，未读取。", "无需处理；如需使用请联系我方。", "a new column `gift_wrap`"),
    Code("UNKNOWN_UNIT", "bronze", "error", "The unit of measure is not agreed.", "Send eaches, or agree with us how many eaches the unit is.", "计量单位未约定。", "请按件发送，或与我方约定该单位的件数。", "CS where no case size is agreed"),
    Code("MISPLACED_SEGMENT", "bronze", "error", "A segment stands where its set or message does not allow it.", "Send the segments in the standard's order.", "报文段出现在不允许的位置。", "请按标准规定的顺序发送报文段。", "a PID before the first PO1; a QTY outside any LIN"),
    Code("TOO_MANY_ELEMENTS", "bronze", "error", "The segment has more elements or components than it may.", "Escape separators inside texts.", "报文段元素或成分过多。", "请对文本中的分隔符进行转义。", "`NAD+ST+++Smith + Co'` instead of `NAD+ST+++Smith ?+ Co'`"),
    Code("DUPLICATE_INTERCHANGE", "bronze", "warning", "An interchange of this control number arrived before.", "Use a new number for a new interchange; nothing is counted twice.", "交换控制号此前已收到。", "新报文请使用新编号；数据不会重复计算。", "ISA13 000000017 on Monday and on Tuesday"),
    Code("DUPLICATE_GROUP", "bronze", "warning", "A functional group of this control number arrived before.", "Use a new number for a new group; nothing is counted twice.", "功能组控制号此前已收到。", "新组请使用新编号；数据不会重复计算。", "GS06 17 twice"),
    Code("DUPLICATE_SET", "bronze", "error", "A transaction set or message of this control number stands twice in its group.", "Number the sets of a group one by one.", "同一组内报文控制号重复。", "请逐一编号。", "ST02 0001 twice between one GS and GE"),
    Code("REPEATED_LINE", "bronze", "error", "Another row of the file goes by the same numbers, and only one could count.", "Number the rows one by one; a count of stock by bin may be added up (option repeated_rows: add).", "文件中另有一行编号相同，只能计其一。", "请逐行编号；按库位盘点的库存可合并（选项 repeated_rows: add）。", "line 1 of PO-7001 twice; SKU 825123 counted twice and no lot named"),
    Code("ORPHAN_LINE", "bronze", "error", "The line belongs to an order that is not in the file.", "Send the order with all its lines in one file.", "该行所属订单不在文件中。", "请将订单及其全部明细放在同一文件中发送。", "a LineItem whose `__parentId` is no order of the file"),
    Code("UNKNOWN_OBJECT", "bronze", "error", "The object is not one that this feed reads.", "Send it to the right feed.", "该对象不属于此数据通道。", "请发送到正确的数据通道。", "a refund in a feed of charges"),
    Code("AMOUNTS_DISAGREE", "bronze", "warning", "Amounts do not agree with each other.", "Nothing to do if the lines are right: they count.", "各金额互不一致。", "如明细正确则无需处理；以明细为准。", "payment 323.58, lines 186.42"),
    Code("UNKNOWN_SKU", "silver", "error", "The SKU is not in the product master.", "Correct the SKU or send its product row; what waits for that is then taken by itself.", "SKU 不在商品主数据中。", "请更正 SKU 或补充商品主数据；等待中的单据随后会自动处理。", "`825132` instead of `825123`"),
    Code("KIT_WITHOUT_COMPONENTS", "silver", "error", "It is not known what is in the kit on the order's day.", "Send its rows of `kit_components`, and the product rows of what is in it; the order heals by itself.", "套装在订单当日的组成未知。", "请发送 `kit_components` 明细及其组件的商品主数据；订单会自动恢复。", "a product with `is_kit` true and no row of kit_components"),
    Code("KIT_CYCLE", "silver", "error", "The kit stands in itself, or kits stand in it more than four deep.", "Send rows of `kit_components` without the circle; the order heals by itself.", "套装包含自身，或嵌套超过四层。", "请发送不含循环的 `kit_components` 明细；订单会自动恢复。", "kit A holds kit B, kit B holds kit A"),
    Code("UNKNOWN_NODE", "silver", "error", "The node is not in the node master.", "Correct the node or send its row.", "节点不在主数据中。", "请更正节点或补充节点主数据。", "`DC-1` instead of `DC-EAST`"),
    Code("WRONG_NODE", "silver", "error", "The node is run by another partner, and the sender runs others.", "Send it from the account of who runs the node, or correct the node or its operator.", "该节点由其他伙伴运营。", "请由节点运营方发送，或更正节点或其运营方。", "a stock file of `3PL-SUMMIT` in the folder of `harbor_3pl`"),
    Code("UNKNOWN_ORDER", "silver", "error", "The change names an order that has not arrived.", "Send the order; the change applies by itself.", "变更所指的订单尚未收到。", "请发送订单；变更将自动生效。", "an 860 of a purchase order nobody has seen"),
    Code("UNKNOWN_LINE", "silver", "error", "The change names a line that the order does not have.", "Correct the line, or send the order with it.", "变更所指的订单行不存在。", "请更正行号，或发送含该行的订单。", "line 9 of an order of three lines"),
    Code("UNKNOWN_REGION", "silver", "error", "No lane leads to the destination.", "Correct the state or add the lane.", "没有通往该地区的线路。", "请更正州省代码或补充线路。", "an order to `PR` where lanes lead to the states only"),
    Code("TOTAL_MISMATCH", "silver", "error", "The order's total is not the sum of its lines.", "Send a version that adds up.", "订单总额与明细不符。", "请发送金额一致的版本。", "lines of 10.00 and 5.00, a total of 16.00"),
    Code("ILLEGAL", "decisions", "error", "The event does not fit the line's state; it was kept and not applied.", "Compare the document with the order's timeline.", "事件与订单行状态不符，已保留但未执行。", "请将单据与订单时间线核对。", ""),
    Code("UNKNOWN_TO_US", "decisions", "error", "A node confirmed an instruction we never sent.", "Ask the node which order it shipped.", "节点确认了我方未发出的指令。", "请向节点询问其所发订单。", ""),
    Code("OVERSHIPPED", "decisions", "warning", "More left than was asked for.", "Ask the node or the customer for the surplus.", "发货数量超过指令。", "请与节点或客户核实多发部分。", ""),
    Code("CONFIRMED_TWICE", "decisions", "warning", "A node confirmed one shipment twice, under two shipment numbers.", "Ask the node to take one confirmation back; until then its stock reads too low.", "节点以两个发货单号重复确认同一批发货。", "请节点撤回其中一份确认；在此之前其账面库存偏低。", "S-17 and S-18 of the same line in the same parcel"),
    Code("SHORT_SHIPPED", "decisions", "warning", "Less left than was asked for.", "The rest is sourced again by itself.", "发货数量不足。", "剩余部分将自动重新分配。", ""),
    Code("REFUSED", "decisions", "warning", "A node refused a line.", "The line is sourced again elsewhere by itself.", "节点拒绝了该行。", "将自动改由其他节点发货。", ""),
    Code("SUBSTITUTED_BY_NODE", "decisions", "error", "A node sent another SKU instead of what the line asks for.", "Ask the customer; the line is not sent again. Agree what is paid: nothing of it is captured by itself.", "节点以其他 SKU 代替该行要求的商品发出。", "请询问客户；该行不会再次发出。请商定价款：不会自动扣款。", "web_shop/1001/1: 2 of 825124 instead of 825123"),
    Code("NOT_COLLECTED", "decisions", "error", "Nobody came for goods that were ready, as their node says; they are cancelled.", "Refund the customer. Goods that were to be sent: ask the node, and order them anew.", "节点称备好的货无人提取，已取消。", "请为顾客退款。若本应发货，请询问节点并重新下单。", "2 eaches of web_shop/1010 that lay at the counter"),
    Code("ACK_OVERDUE", "decisions", "error", "No acknowledgement arrived before its deadline.", "Call the partner or resend the file under the same number.", "未按时收到回执。", "请联系伙伴，或以同一编号重发。", ""),
    Code("ACK_REJECTED", "decisions", "error", "The partner could not read what we sent.", "Read the reason, mend the map and tell it again (`orderhouse outbox correct NAME --again`), or source it elsewhere (`orderhouse outbox withdraw NAME`).", "伙伴无法读取我方文件。", "请查看原因，修正映射后重新下发（`orderhouse outbox correct NAME --again`），或改由其他节点发货（`orderhouse outbox withdraw NAME`）。", ""),
    Code("SHIP_OVERDUE", "decisions", "error", "No ship confirmation arrived by the ship-by date.", "Ask the node.", "未按时收到发货确认。", "请向节点查询。", ""),
    Code("STOCK_SHORTFALL", "decisions", "error", "A node reports fewer eaches than our ledger holds.", "Nothing at once: availability was lowered. Count the location.", "节点库存少于账面，可售量已下调。", "请盘点该库位。", ""),
    Code("STOCK_SURPLUS", "decisions", "warning", "A node reports more eaches than our ledger holds.", "Waits for a second snapshot or an adjustment.", "节点库存多于账面。", "等待第二份快照或调整单确认。", ""),
    Code("NODE_STOPPED", "decisions", "error", "A node gets no new instructions for now.", "Call who runs it; `orderhouse outages` says why and what it costs. It goes on by itself when it answers.", "节点暂停接收新指令。", "请联系节点运营方；`orderhouse outages` 显示原因与代价。节点答复后自动恢复。", "30 of 40 instructions without a word beyond their deadline"),
    Code("STOCK_DISTRUSTED", "decisions", "error", "A stock file was stale, partial or implausible.", "Ask the partner for a whole, fresh snapshot. The first count of a node needs its opening stock, or `orderhouse quarantine mend count NODE`.", "库存文件过期、不完整或不可信。", "请伙伴发送完整且最新的快照。节点的首次盘点须有期初库存，或用 `orderhouse quarantine mend count NODE` 确认。", ""),
    Code("SUPPLY_LOST", "decisions", "error", "Supply fell below what was committed.", "Unreleased eaches were taken back; look at the released ones.", "库存低于已承诺数量。", "未下发部分已收回；请核查已下发部分。", ""),
    Code("OVERCOMMITTED", "decisions", "error", "Released eaches exceed what the node holds.", "Call the node; cancel or resource the newest.", "已下发数量超过节点库存。", "请联系节点；取消或改派最新订单。", ""),
    Code("LOT_OVERCOMMITTED", "decisions", "error", "More of a lot is promised to lines that a node was told of than lies there of it.", "Call the node: have it send another lot that is fresh enough, or cancel the newest.", "已下发订单占用的批次数量超过节点该批次库存。", "请联系节点改发效期足够的其他批次，或取消最新订单。", ""),
    Code("OTHER_LOT_SHIPPED", "decisions", "info", "Another lot left than was asked for; what left is booked.", "Nothing, if the lot was fresh enough for the customer: `orderhouse recall LOT` knows who got it.", "实际发出的批次与要求不同；已按实际发货记账。", "若效期满足客户要求则无需处理；可用 `orderhouse recall LOT` 查询去向。", ""),
    Code("OPENING_PASSED_OVER", "decisions", "error", "A node's opening stock was told again with an earlier cut; the later cut counts, whichever file is newer, and what happened between the two stays with the system before: nothing of it is posted.", "If the later cut is right, tell the opening again with it. If it is wrong, tell the opening as of a moment after it, with what lay there then, or have the node counted: either settles what is between the cuts by quantity, not document by document.", "节点期初库存以更早的切换时间重新报送；无论文件先后，均以较晚的切换时间为准；两个时间之间发生的仍属原系统，不予过账。", "如较晚的切换时间正确，请按该时间重新报送；如有误，请报送此后某一时刻的期初库存，或盘点该节点：两者均按数量补齐其间的差异，而非逐笔单据。", "DC-EAST: 12 rows told again as of 2017-12-25 05:00Z, 2017-12-26 05:00Z counts: nothing in between is posted"),
    Code("STOCK_NEGATIVE", "decisions", "error", "More left a place than our ledger says was there: a shelf (the subject ends in its stock status), or goods on the way, with carriers, with customers or come back (it ends in the account).", "Look for the document that was never sent: a receipt, a ship notice, a ship confirmation, the return; or have the shelf counted.", "账面数量为负：节点库存（对象以库存状态结尾），或在途、已发、已送达、退回的货物（对象以账户结尾）。", "请查找漏发的单据（入库单、发货通知、发货确认或退货单），或盘点该库位。", "DC-EAST/100005/IN_TRANSIT: -12 in IN_TRANSIT"),
    Code("TRANSIT_OVERDUE", "decisions", "warning", "Goods that a ship notice advised should have been received, and were not, or not all of them.", "Ask the node whether they came and the sender where they are; a receipt closes it, and so does a correction of one (947, RECEIVING_ERROR) or a notice that takes them back or says fewer.", "发货通知所列货物逾期未收到或未收齐。", "请向节点核实是否到货，并向发货方查询；收到入库单、入库更正（947，RECEIVING_ERROR），或发货方撤回、更正通知后自动关闭。", "DC-EAST/100005/PO-504: 12 on their way, due by 2018-01-06 00:00Z"),
    Code("PROMISE_MENDED", "decisions", "warning", "A promise did not fit its line; a posting mended it.", "Nothing for the order; tell the integration team what `orderhouse prove LINE` shows.", "承诺与订单行不符，已由一笔分录修正。", "订单无需处理；请将 `orderhouse prove LINE` 的内容告知集成团队。", ""),
    Code("BACKORDERED", "decisions", "warning", "The line waits for stock.", "See its expected date.", "订单行缺货待补。", "请查看预计到货日期。", ""),
    Code("UNSOURCEABLE", "decisions", "error", "Stock exists but no eligible node may ship it.", "Run `orderhouse why` for the rule that rules each node out; a new channel must stand in `channels` of its nodes (csv_nodes).", "有库存但没有符合条件的发货节点。", "运行 `orderhouse why` 查看各节点被排除的规则；新渠道须列入其节点的 `channels`（csv_nodes）。", ""),
    Code("ORDER_MISSING", "decisions", "error", "A channel settles an order that never reached us.", "Ask the channel for the order.", "渠道已结算的订单从未到达我方。", "请渠道补发该订单。", "order 902-77 in the settlement of the 20th, and in no file of orders"),
    Code("ORDER_AMOUNT_DIFFERS", "decisions", "error", "A channel lists or settles an order at another amount than it comes to here.", "Compare its lines with the channel; what is wrong there, let the channel correct.", "渠道列示或结算的订单金额与我方不一致。", "请与渠道核对明细，由出错方更正。", "an order of 25.00 of which all left, settled at 20.00"),
    Code("ORDER_UNSETTLED", "decisions", "warning", "An order left, and its channel never settled it.", "Ask the channel for its settlement.", "订单已发出，但渠道从未结算。", "请向渠道查询结算。", ""),
    Code("PARCEL_UNKNOWN", "decisions", "warning", "A carrier scans a parcel that no node confirmed.", "Ask the node for its ship confirmation.", "承运商扫描到没有任何节点确认的包裹。", "请向节点索取发货确认。", ""),
    Code("PARCEL_LOST", "decisions", "error", "The carrier lost a parcel.", "Claim it, and send the goods again or refund them.", "承运商丢失了包裹。", "请向承运商索赔，并补发或退款。", ""),
    Code("PARCEL_SENT_BACK", "decisions", "error", "A parcel is on its way back to its sender.", "Ask the customer for an address; expect the goods at the node.", "包裹正退回发件人。", "请向客户核实地址，并等待节点收货。", ""),
    Code("PARCEL_FAILED", "decisions", "error", "The carrier could not deliver a parcel.", "Ask the customer and the carrier.", "承运商投递失败。", "请联系客户与承运商。", "nobody at the door"),
    Code("PARCEL_UNSCANNED", "decisions", "warning", "A parcel left, and its carrier has not scanned it.", "Ask the node whether it was handed over.", "包裹已发出，但承运商尚未扫描。", "请向节点核实是否已交接。", ""),
    Code("PARCEL_STUCK", "decisions", "error", "A parcel was not scanned for days.", "Ask the carrier.", "包裹多日没有扫描记录。", "请向承运商查询。", ""),
    Code("PARCEL_LATE", "decisions", "warning", "A parcel is later than its carrier or we said.", "Tell the customer; ask the carrier.", "包裹晚于承运商或我方承诺的日期。", "请告知客户，并向承运商查询。", ""),
    Code("OTHER_CURRENCY", "decisions", "error", "An order was paid in another currency than its own.", "Ask the provider what was charged; correct the order or the payment.", "付款币种与订单币种不同。", "请向支付方核实；更正订单或付款。", "an order of 10.00 USD, a capture of 9.00 EUR"),
    Code("ORPHAN_PAYMENT", "decisions", "error", "Money was taken or held for an order that nobody has.", "Send the order, or give the money back.", "收到或冻结了款项，但没有对应订单。", "请补发订单，或退还款项。", "a capture for order 1009, which never arrived"),
    Code("OVER_REFUNDED", "decisions", "error", "More was given back than was taken.", "Ask the provider; claim back what is too much.", "退款金额超过已收金额。", "请向支付方核实，并追回多退部分。", "taken 9.00, given back 11.00"),
    Code("DOUBLE_CAPTURED", "decisions", "error", "The same amount was taken again for one order.", "Give one of the captures back.", "同一订单被重复扣款。", "请退还其中一笔。", "10.00 twice for an order of 10.00"),
    Code("REFUND_DUE", "decisions", "error", "Units were cancelled, and their money was not given back.", "Refund it.", "部分商品已取消，但款项尚未退还。", "请退款。", "two of 5.00 paid, one cancelled"),
    Code("OVERPAID", "decisions", "warning", "More was taken than the order is worth.", "Compare order and payment; give back what is too much.", "收款超过订单金额。", "请核对订单与付款，退还多收部分。", "15.00 for an order of 10.00"),
    Code("REFUND_DISAGREES", "decisions", "warning", "What the channel says was refunded is not what moved.", "Ask channel and provider which of the two is right.", "渠道所述退款与实际退款不一致。", "请向渠道与支付方核实。", "3.00 told, nothing moved"),
    Code("UNCAPTURED", "decisions", "error", "Goods left, and their money is only held.", "Capture it before the authorisation ends.", "货物已发出，款项仅冻结未扣。", "请在授权到期前扣款。", ""),
    Code("AUTHORISATION_EXPIRED", "decisions", "error", "What was held for the order is held no more.", "Ask for a new authorisation before anything leaves.", "订单的授权已过期。", "发货前请重新获取授权。", ""),
    Code("PAYMENT_FAILED", "decisions", "error", "Payment was tried and failed.", "Ask the customer for another payment, or cancel.", "付款失败。", "请客户改用其他付款方式，或取消订单。", ""),
    Code("UNPAID", "decisions", "error", "Nothing was paid for the order.", "Ask the channel or the customer, or cancel.", "订单尚未付款。", "请向渠道或客户核实，或取消订单。", ""),
    Code("UNDERPAID", "decisions", "warning", "Less was paid than the order is worth.", "Compare order and payment; ask for the rest.", "付款低于订单金额。", "请核对订单与付款，并补收差额。", "8.00 for an order of 10.00"),
    Code("AUTHORISATION_EXPIRING", "decisions", "warning", "An authorisation ends before the goods are to leave.", "Ask for a new one, or ship sooner.", "授权将在计划发货前到期。", "请重新获取授权，或提前发货。", ""),
    Code("CANCEL_REFUSED", "decisions", "error", "What was to be cancelled had left the node.", "Call the carrier back, or expect a return; tell the customer.", "待取消的数量已离开节点。", "请联系承运商召回，或等待退货；并告知客户。", ""),
    Code("CHANNEL_SHOWS_MORE", "decisions", "error", "A channel shows more of a SKU than it was told it may sell.", "See `orderhouse stock SKU`; have the channel take in the newest stock feed, or correct it there: what it sells too much is oversold.", "渠道显示的可售量多于我方发布的数量。", "请用 `orderhouse stock SKU` 查看；请渠道重新载入最新库存文件，或在渠道更正：多卖的部分将超卖。", "12 shown where 9 were told"),
    Code("CHANNEL_SHOWS_LESS", "decisions", "warning", "A channel shows less of a SKU than it was told it may sell.", "See `orderhouse stock SKU`: orders of it may not have arrived yet, else have the channel take in the newest stock feed.", "渠道显示的可售量少于我方发布的数量。", "请用 `orderhouse stock SKU` 查看：可能有订单尚未到达，否则请渠道重新载入最新库存文件。", "5 shown where 9 were told"),
    Code("PAYMENT_REQUEST_UNANSWERED", "decisions", "error", "A payment provider was asked to take, let go or hold money, and has not reported that it did.", "Ask the provider; `orderhouse outbox resend FILE` sends the same requests again, which are done once.", "已请求支付方扣款、撤销或重新授权，但尚未收到其结果。", "请向支付方核实；`orderhouse outbox resend FILE` 可重发相同请求，不会重复执行。", "a capture that was asked for the day before yesterday"),
    Code("PAYMENT_REQUEST_FAILED", "decisions", "error", "A payment provider could not let go of money that nothing more is sent for, so often as it was asked to.", "Void it at the provider by hand, or wait until it expires: the customer sees it held until then.", "支付方多次未能撤销已无需发货的授权。", "请在支付方后台手工撤销，或等待授权到期：在此之前客户的款项仍被占用。", "a void that failed three times"),
    Code("SUBSTITUTION_REFUSED", "decisions", "error", "Another SKU was to be sent for a line, and is not, or for fewer eaches.", "See the reason in `orderhouse why ORDER`: a node was told of the eaches before, they were cancelled, or the line or the SKU is a kit's; tell the customer, or ask the node to give them up.", "要为某行改发另一 SKU，但未能改发或件数不足。", "请用 `orderhouse why ORDER` 查看原因：这些件此前已通知节点或已取消，或该行、该 SKU 属于套装；请告知顾客，或请节点退回这些件。", "a consent that arrives when the line has been released"),
    Code("CORRECTION_REFUSED", "decisions", "error", "What a node was told could not be corrected.", "See the reason in `orderhouse outbox show INSTRUCTION`: what left is called back by its carrier; else call the node, or correct otherwise.", "已下发的指令无法更正。", "请用 `orderhouse outbox show INSTRUCTION` 查看原因：已发出的请联系承运商拦截；否则请联系节点，或改用其他方式更正。", "an address that is corrected when the parcel has left"),
    Code("HELD_TOO_LONG", "decisions", "warning", "A line has been held for days.", "Settle what it is held for, then `orderhouse unhold` or `cancel`; a rule's hold ends with its cause.", "订单行已暂停多日。", "请处理暂停原因，再运行 `orderhouse unhold` 或 `cancel`；规则所设的暂停随原因消失而解除。", ""),
    Code("CANCEL_REQUESTED", "decisions", "warning", "What is to be cancelled is with the node, which has not answered.", "Wait for its answer, or call the node; call it at once where its partner takes no cancel requests.", "待取消的数量已下发至节点，节点尚未答复。", "请等待答复，或致电节点；若其合作伙伴不接收取消请求，请立即致电。", ""),
    Code("PREORDER_BEYOND_CAP", "decisions", "error", "More of a SKU was sold before its release than its cap of preorders allows; this line came too late.", "Raise the cap (a rule of kind preorder_cap in `orchestration/policies/availability.yaml`), or `orderhouse cancel` what is beyond it.", "商品上市前的预售量超过上限；该订单行来得太晚。", "请提高上限（`orchestration/policies/availability.yaml` 中 preorder_cap 类规则），或用 `orderhouse cancel` 取消超出部分。", "the 101st each where 100 may be preordered"),
    Code("WIN_MISSED", "decisions", "error", "A line of business class WIN was not confirmed in full, or arrives late.", "Run `orderhouse why` for the reason; expedite the receipt, free eaches by hand, or tell the customer.", "业务类别 WIN 的订单行未能全部确认，或将晚到。", "运行 `orderhouse why` 查看原因；请加急到货、人工腾出库存，或告知客户。", "3 eaches wait, NO_STOCK: expected 2018-01-05"),
    Code("GAIN_MISSED", "decisions", "error", "A line of business class GAIN is worse off than it was told: later, without a date, or what it had was taken back.", "Run `orderhouse why`; expedite the receipt, or tell the customer the new date.", "业务类别 GAIN 的订单行比先前告知的更差：更晚、没有日期，或已分配数量被收回。", "运行 `orderhouse why`；请加急到货，或将新日期告知客户。", "3 eaches: told 2018-01-02, expected 2018-01-05"),
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


def detail_in(code: str, text: str) -> str:
    """What was seen, taken out of a ``message`` of the code again.

    Example:
        >>> detail_in("BAD_QTY", message("BAD_QTY", "qty, at least 1"))
        'qty, at least 1'
        >>> detail_in("UNKNOWN_NODE", "node A (in full)")
        'node A (in full)'
    """
    entry = CODES[code]
    inner = text.removeprefix(entry.english).removesuffix(entry.remedy).strip()
    # What was seen may stand alone, and end in a bracket of its own.
    return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner


Fault = tuple[str, str, str]
"""Code, column and detail of one thing that is wrong with a line."""

_OTHER = re.compile(r"; also (?=[A-Z_]+ \[)")


def detail_of_all(detail: str, others: Iterable[Fault]) -> str:
    """The detail of a line's first fault that names the other ones too.

    Example:
        >>> detail_of_all("qty", [("BAD_CODE", "state", "state: GOOD | BAD")])
        'qty; also BAD_CODE [state]: GOOD | BAD'
    """
    named = (
        f"; also {code} [{column}]"
        + (
            seen.removeprefix(column)
            if seen.startswith(column)
            else f" {seen}".rstrip()
        )
        for code, column, seen in others
    )
    return detail + "".join(named)


def faults_in(code: str, column: str, detail: str) -> list[Fault]:
    """Every fault that ``detail_of_all`` put into one detail, the first one first.

    Example:
        >>> faults_in("BAD_QTY", "qty", "qty; also BAD_CODE [state]: GOOD | BAD")
        [('BAD_QTY', 'qty', 'qty'), ('BAD_CODE', 'state', 'state: GOOD | BAD')]
    """
    first, *others = _OTHER.split(detail)
    found = [(code, column, first)]
    for other in others:
        name, _, rest = other.partition(" [")
        place, _, seen = rest.partition("]")
        is_apart = seen.startswith(" ")
        found.append((name, place, seen.strip() if is_apart else place + seen))
    return found


def render_markdown() -> str:
    """The page ``docs/codes.md``: every code, by the room that raises it."""
    rooms = dict.fromkeys(code.room for code in CODES.values())
    return _HEAD + "".join(_section(room) for room in rooms)


_HEAD = """# Codes

Written by `make docs` from `transforms/contracts/codes.py`; do not edit.

A code is stable: it is never renamed and never given another meaning. It stands
in `bronze.rejects`, `bronze.file_notices`, `decisions.exceptions`, in the error
reports that partners get and on the pages, always with the sentence and the
remedy below. *error*: something was not taken; *warning*: it was taken, look at
it; *info*: nothing to do.
"""


def _section(room: str) -> str:
    rows = "".join(
        f"| `{code.code}` | {code.severity} | {_cell(code.english)} |"
        f" {_cell(code.remedy)} | {_cell(code.example)} |"
        f" {code.chinese}{code.chinese_remedy} |\n"
        for code in CODES.values()
        if code.room == room
    )
    head = (
        "| code | severity | what is wrong | how to mend it | for example | 中文 |\n"
        "|---|---|---|---|---|---|\n"
    )
    return f"\n## {room}\n\n{head}{rows}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
