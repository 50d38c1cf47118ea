"""What many formats stand on, in 中文: options of a profile and bounds of a file."""

from __future__ import annotations

TEXTS = {
    "feeds/reading/text": """\
收到的字节 → 带行号的物理行，每行或可读取，或注明错误。

所有按行的格式都由此开始，因此字节顺序标记、编码、换行、控制字符、大小和银行卡号只在一处判断。不在此处：各行的含义。

超过 800,000 行、6.4 百万个单元格（行数乘以所读列数，对象数乘以成员数；各行互不相关时，如订单以外的普通 CSV，为一千万个）或 250,000 个 JSON 对象（订单与订单行合计，以及一行文本所列的对象）的文件以 FILE_TOO_LARGE 拒绝。选项 ``max_lines``、``max_cells`` 和 ``max_objects`` 调整这些上限，``max_line_chars`` 调整每行的上限，``max_file_bytes`` 调整文件的上限；放宽都要占用内存：按现有上限，伙伴可以发送的 64 MB 以内的任何文件最多占用半 GB。
""",
    "feeds/reading/spelling": """\
伙伴书写数字、日期和时间的方式 → 契约规定的写法。

配置档案的选项，适用于经由此处读取单元格的所有格式：

- ``decimal``：``.``（默认）或 ``,``；
- ``thousands``：数字分组符：``.``、``,``、``'`` 或 ``space``；默认没有。分组必须正确，否则不读：``1,00`` 不是一百；
- ``quantities``：``whole``（默认）；伙伴的系统把件数写成 ``3.0`` 或 ``3,000`` 时为 ``decimal``；
- ``date_format``：日期和时间的写法，按 strptime（``%d/%m/%Y %H:%M``）；``date_format.COLUMN`` 只用于某一列。没有时差的时间按配置档案的时区。此外始终可读 ISO 8601。

不在此处：单元格可以填写的内容（``cells``）。
""",
    "feeds/reading/tables": """\
伙伴保存的表格：CSV、TSV 或 XLSX，按字节内容区分。

配置档案的选项：文本文件用 ``delimiter``（一个字符，或 ``tab``；默认 ``,``）和 ``quote``（一个字符，或 ``none``；默认 ``"``）；其余用 ``workbook`` 的选项。
""",
    "feeds/reading/workbook": """\
XLSX：一个工作表的各行 → 文本单元格，与 ``delimited`` 的结果相同。

配置档案的选项：``sheet``（工作表名称；默认为第一个未隐藏的工作表）和 ``header_row``（行号；默认为第一个有值的行）。表头以上的行为标题，予以接受。行号与工作表的行号一致。文本按 ``spelling`` 的选项读取；数字型和日期型单元格无须选项。所需的列中若有公式或错误值，该行被拒绝：显示的结果是在别处算出的，可能已经过时。

无法打开的工作簿算作一个物理行，并被拒绝。
""",
    "feeds/reading/mapping": """\
伙伴自己的列 → 单据的列，按伙伴配置档案的说明。

配置档案的选项，各列均可使用一次：

- ``column.COLUMN``：该列所在的表头（``column.order_ref: Order No``）；
- ``constant.COLUMN``：所有行共同的值（``constant.currency_code: EUR``）；
- ``default.COLUMN``：单元格为空时的值；
- ``value.COLUMN.THEIRS``：伙伴的某个值的含义（``value.service_code.DHL Express: EXPEDITED``），不区分大小写；``value.COLUMN.*`` 适用于没有单独说明的所有值。两者都没有的值保持不变；
- ``order_cells: first_line``：用于整单信息只写在第一行的导出文件；
- ``ignored_columns``：无须提示的表头，以逗号连接；``*`` 表示全部。

每个必填列都要有表头、常量或默认值，包括格式自带的。不在此处：数字和日期的写法（``spelling``）。
""",
    "edi/documents": """\
从文件内容到 ``Parsed``：所有入站 X12 格式的共同之处。

拆开信封，按各自的结构表检查报文（transaction set），由格式一次读出所有完好报文的行；报文中任何一处有误，整份报文被隔离：订单或货件绝不会只读入一部分。不在此处：报文的含义（见各格式）。一个文件、一个交换报文都可以含有多种报文：每份由伙伴读取该类报文的那一种文件读取；没有任何一种读取的类型为 UNKNOWN_SET。超过 400,000 个段、6,000,000 个元素或 20,000 个交换报文的文件（X12 或 EDIFACT）以 FILE_TOO_LARGE 整个拒绝。

所有 X12 格式均可使用的配置档案选项：

- ``accepts_test`` = "true"：读取标为测试的交换报文（ISA15 为 T）。
- ``ignores_sets`` = "832|860"：此类文件中与任何人无关的报文：其他文件类型不会在此读取，也不隔离。
- ``sku_qualifiers`` = "VP|UP"：商品编号的限定符，优先者在前；默认以我方编号为先，我方销售或存放的商品其次用供应商编号，我方采购的商品其次用买方编号（BP、IN）。
- ``max_segments``、``max_elements`` 和 ``max_interchanges`` 调整上述上限，EDIFACT 亦同：200,000 个 SKU、每个五个段的盘点需要 "1500000"。有误的文件每一百万个段最多可占用 1 GB。
- ``uom.CS`` = "12"：EA 以外的单位等于多少件，不论何种 SKU。其他单位随行保留，等待该 SKU 的换算（``units_of_measure``）；在答复和发票中则被拒绝。
""",
    "edi/edifact/documents": """\
从文件内容到 ``Parsed``：所有入站 EDIFACT 格式的共同之处。

拆开信封，按各自的结构表检查报文，由格式读出每份完好报文的行；报文中任何一处有误，整份报文被隔离：订单或货件绝不会只读入一部分。不在此处：报文的含义（见各格式）。一个文件可以含有多种报文：每份由伙伴读取该类报文的那一种文件读取；没有任何一种读取的类型为 UNKNOWN_SET。

配置档案：设定了 ``interchange_id`` 时，只接受该发送方。选项：``accepts_test`` = "true" 读取标为测试的交换报文；``encoding`` 指定字符集，用于 UNB 所注与实际不符的伙伴；``segment_order`` = "any" 不论段在何处均予接受；``max_segments``、``max_elements`` 和 ``max_interchanges`` 调整文件的上限（400,000、6,000,000、20,000）。
""",
}
"""Path below ``transforms``, without its ending → text."""
