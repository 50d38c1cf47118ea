"""Formats of tables, in 中文: CSV in our columns, in a partner's own, tills, the form."""

from __future__ import annotations

TEXTS = {
    "feeds/csv_acknowledgements": """\
CSV 回执：伙伴能否读取我方发送的文件。

UTF-8 编码，逗号分隔，表头为 ``ACKNOWLEDGEMENTS`` 的各列。
""",
    "feeds/csv_carrier_invoices": """\
CSV 承运商发票：运费明细，每项费用一行。

UTF-8 编码，逗号分隔，表头为 ``CARRIER_INVOICES`` 的各列。贷记以负数金额表示。
""",
    "feeds/csv_currency_rates": """\
CSV 汇率：一种货币折合另一种货币的数量，每天一行。

UTF-8 编码，逗号分隔，表头为 ``CURRENCY_RATES`` 的各列。汇率必须大于零，最多十位小数。
""",
    "feeds/csv_exception_actions": """\
CSV 异常操作：备注、移交，以及搁置到何时。

UTF-8 编码，逗号分隔，表头为 ``EXCEPTION_ACTIONS`` 的各列。ASSIGN 须填写负责人，SNOOZE 须填写日期，NOTE 须填写备注（``remark``）。搁置的异常到期或一有变化即重新列出，无论日期多远，最多搁置 90 天（涉及账目不符的为 7 天），天数可由运营方调整；关闭后再次出现的异常从头开始。
""",
    "feeds/csv_expected_receipts": """\
CSV 采购订单：供应商将要送来的货，每个未结订单行一行。

UTF-8 编码，逗号分隔，表头为 ``EXPECTED_RECEIPTS`` 的各列。
""",
    "feeds/csv_fulfilment_statuses": """\
CSV 履约状态：节点作业的进度，指令行的每个步骤一行。

UTF-8 编码，逗号分隔，表头为 ``FULFILMENT_STATUSES`` 的各列。不填行号表示指令的全部行，不填数量表示整行；CANCELLED 用于答复取消请求，COLLECTED 与 NOT_COLLECTED 说明顾客是否已自提，这三种行号与数量都必须填写。READY 表示货已备妥，放在柜台等顾客来取。
""",
    "feeds/csv_instruction_corrections": """\
CSV 已发指令的更正：更改配送服务、收件人，或减少件数。

UTF-8 编码，逗号分隔，表头为 ``INSTRUCTION_CORRECTIONS`` 的各列。每行只更正一类内容：要么更改整个指令中所填的各项，未填的保持不变；要么用 ``line_ref`` 和 ``qty`` 更改某一行的件数。要节点多发或提早发货不属于更正，应修改订单。由客户到店领取的（PICK_UP、SHIP_TO_STORE）保持不变：改为其他服务会被拒绝（FETCHED_AT_STORE）。
""",
    "feeds/csv_kit_components": """\
CSV 套装：套装的组成，每个组件一行。

UTF-8 编码，逗号分隔，表头为 ``KIT_COMPONENTS`` 的各列。套装不能包含自身；套装中可以再含套装，最多四层。同一组件若有 ``valid_from`` 更晚的行，前一行随之失效。套装的每个组件都填写 ``price_weight`` 时，套装价格按该权重分摊，否则按件数分摊。
""",
    "feeds/csv_lanes": """\
CSV 线路：各节点到各地区的距离及承运商分区。

UTF-8 编码，逗号分隔，表头为 ``LANES`` 的各列。
""",
    "feeds/csv_node_calendars": """\
CSV 节点日历：与平常星期安排不同的日期，每天一行。

UTF-8 编码，逗号分隔，表头为 ``NODE_CALENDARS`` 的各列。分配时按其决定节点最早的发货日：某天不论星期几或公司假日照常发货、停发、提前截单，或另有当日产能。
""",
    "feeds/csv_nodes": """\
CSV 节点主数据：每个可发货的地点一行。

UTF-8 编码，逗号分隔，表头为 ``NODES`` 的各列；``daily_capacity_lines``、``weekday_cutoffs``、``pickup_weekdays``、``delivery_lag_minutes``、``capabilities`` 和地址可以省略。``daily_capacity_lines`` 计拣货行：节点某日须拣的每个订单行计一行，预先打包的套装计一行；留空即不限。订单行数超过该数时，其余部分日后或由其他节点发货；须整单发货而又无其他节点的，则一直等待。顾客可取货的门店须注明 ``pick_up``；由其他节点向其发货的门店还须填写 ``street``、``city``、``postal_code`` 和 ``country_code``。``supplier`` 把自己的货直接发给我方顾客（代发货）：其报告的库存可以承诺，并有自己的答复期限（``policies/allocation.yaml`` 的 ``ack_deadline_hours``）。节点的其他能力（如 ``cold``、``hazmat``）以自定词与 ``ship`` 或 ``pick_up`` 一并写入 ``capabilities``，由 ``policies/allocation.yaml`` 的 ``node_rules`` 引用。
""",
    "feeds/csv_opening_lines": """\
CSV 期初订单行：各行件数在原系统中处于何种状态。

UTF-8 编码，逗号分隔，表头为 ``OPENING_LINES`` 的各列；从 ``held_qty`` 起的各列可以省略。一行的各项数量之和必须等于订购数量，否则整行暂停。``held_qty`` 须填写 ``hold_reason``（``order_actions`` 的原因）：该行等待中的件数自 ``cut_at`` 起因此暂停，直至解除；AWAITING_PAYMENT、APPROVAL 和 CREDIT 视同由本系统规则所设，按规则解除，其余由人解除。``allocated_qty`` 已许诺给某节点但尚未通知：首次运行时与 ``pending_qty`` 一样按需求次序重新决定；必须由该节点发货的，用 ``order_actions`` 的 PIN 指定。``lost_qty`` 已发出但未送达，之后仍可能找到。预售件数填入 ``backordered_qty``：等待到货，到货日期以预计收货为准。
""",
    "feeds/csv_opening_stock": """\
CSV 期初库存：切换时各节点的库存。

UTF-8 编码，逗号分隔，表头为 ``OPENING_STOCK`` 的各列。同一货品报送两个切换时间时，无论文件先后，均以较晚者为准。
""",
    "feeds/csv_order_actions": """\
CSV 订单操作：暂停与解除暂停、取消、批准、指定节点、替代发货。

UTF-8 编码，逗号分隔，表头为 ``ORDER_ACTIONS`` 的各列。不填行号表示整张订单，包括以后追加的行。HOLD、CANCEL 和 PIN 必须填写原因；UNHOLD 不填原因则解除全部暂停；APPROVE 无须原因。PIN 指定发货节点及有效期（``until_date``），UNPIN 解除指定。HOLD 和 APPROVE 也可填写最后一个营业日（``until_date``）：到期后暂停自行解除，经批准放行的可再次被暂停。其他操作不得填写节点和有效期。SUBSTITUTE 表示对尚未通知任何节点的件数改发另一 SKU（例如顾客已同意）：每件改发 ``ratio`` 件 ``alternative_ref``（商品主数据中的 SKU），件数为 ``qty``，不填则为全部等待中的件数。每次操作只执行一次：``action_ref`` 相同的，以操作时间较早者为准。只有运营人员可以操作其他渠道的订单（``channel_ref``）。
""",
    "feeds/csv_orders": """\
CSV 订单：每个订单行一行；一张订单要么整单读入，要么整单不读。

逗号分隔，表头为 ``ORDERS`` 的各列，次序不限。以下各列可以省略：``format``、``action``（视为 ``create``）、``order_name``（取订单号）、``updated_at``（取下单时间）、``discount_amount`` 和 ``tax_amount``（视为 0）、``is_ship_complete``（视为 false），以及所有允许为空的列。``service_code`` 为 PICK_UP 表示顾客到门店 ``node_ref`` 自提，SHIP_TO_STORE 表示由任一节点发往该门店、顾客到店取货，均以订单首行为准。同一订单中 ``keep_together``（任意文字）相同的各行由同一节点一次发出，否则全部等待；之后的版本可以更改。``uom_code`` 填写 EA 以外的单位时，数量以该单位计，silver 层按 ``units_of_measure`` 换算为件数。订单中任何一行有误，整单所有行均被拒绝。数字和时间可按配置档案约定的写法（``reading.spelling``）。
""",
    "feeds/csv_payments": """\
CSV 支付：客户的付款，每笔交易一行。

UTF-8 编码，逗号分隔，表头为 ``PAYMENTS`` 的各列。可以省略 ``format``、``updated_at``（取交易发生时间）和 ``is_test``（视为非测试）。银行卡号只允许发送末四位。
""",
    "feeds/csv_price_lists": """\
CSV 价目表：SKU 的价格，每个起始数量一行。

UTF-8 编码，逗号分隔，表头为 ``PRICE_LISTS`` 的各列。价格为单件价格，最多六位小数。
""",
    "feeds/csv_products": """\
CSV 商品主数据：每个 SKU 一行。

UTF-8 编码，逗号分隔，表头为 ``PRODUCTS`` 的各列。套装（``is_kit`` 为 true）的订单须等到 ``kit_components`` 说明其组成后才会处理。``released_on`` 之前的订单为预售，不占用库存。
""",
    "feeds/csv_rates": """\
CSV 运价：承运商各配送服务、各分区的收费。

UTF-8 编码，逗号分隔，表头为 ``RATES`` 的各列。
""",
    "feeds/csv_receipts": """\
CSV 收货：节点收到的货，每个收货 SKU 一行。

UTF-8 编码，逗号分隔，表头为 ``RECEIPTS`` 的各列。``uom_code`` 填写 EA 以外的单位时，数量以该单位计，silver 层按 ``units_of_measure`` 换算为件数。
""",
    "feeds/csv_rejections": """\
CSV 拒绝：节点不发的指令行及其原因。

UTF-8 编码，逗号分隔，表头为 ``REJECTIONS`` 的各列。``UNREAD``：节点从未得知该指令，依据其回执或电话。
""",
    "feeds/csv_returns": """\
CSV 退货：客户退回的货，每个退货行的每个步骤一行。

UTF-8 编码，逗号分隔，表头为 ``RETURNS`` 的各列。未填订单的行表示查不到对应订单。任一步骤的 ``lot_ref`` 即该行全部件数的批号；未填时，若发出时只有一个批号则为该批号，否则视为批号未知。
""",
    "feeds/csv_ship_notices": """\
CSV 发货通知：运往节点途中的货，每个通知行一行。

UTF-8 编码，逗号分隔，表头为 ``SHIP_NOTICES`` 的各列。``uom_code`` 填写 EA 以外的单位时，数量以该单位计，silver 层按 ``units_of_measure`` 换算为件数。发货数量为零的行表示该行一件也不会到。

``action`` 说明该行的作用：``original``（省略时亦同）为通知；``replace`` 取代此前该通知的全部内容；``cancel`` 撤回通知，只需填写 ``notice_ref``、``notice_kind`` 和 ``notice_at``。先后以 ``notice_at`` 为准（未填则取 ``shipped_on``），与到达次序无关；只有日期时视为当日开始，但取代或撤回视为当日结束。
""",
    "feeds/csv_shipment_confirmations": """\
CSV 发货确认：已从节点发出的货，每个指令行一行。

UTF-8 编码，逗号分隔，表头为 ``SHIPMENT_CONFIRMATIONS`` 的各列。``uom_code`` 填写 EA 以外的单位时，数量以该单位计，silver 层按 ``units_of_measure`` 换算为件数。

货件的一行须整行告知，其每个包裹一行：后来的文件取代先前文件关于该行的内容。``confirmed_at`` 说明先后；未填时以我方收到的先后为准。该行此后另行发出的，是使用另一 ``shipment_ref`` 的另一货件；后来的文件未列出的行保持原样，直到以发出 0 件列出。

代替所要求商品发出的，在 ``ordered_sku_ref`` 中填写所要求的 SKU；同一行可另有一行说明原商品实际发出的部分，要求数量均为该指令行的数量。
""",
    "feeds/csv_sku_aliases": """\
CSV 别名：SKU 的其他名称，每个名称一行。

UTF-8 编码，逗号分隔，表头为 ``SKU_ALIASES`` 的各列。
""",
    "feeds/csv_stock": """\
CSV 库存快照：节点的盘点数，每个 SKU、每种库存状态一行。

UTF-8 编码，逗号分隔，表头为 ``STOCK_SNAPSHOTS`` 的各列。``uom_code`` 填写 EA 以外的单位时，数量以该单位计，silver 层按 ``units_of_measure`` 换算为件数。``location_ref`` 为批次所在库位，编码按文本排序即为拣货动线次序；可以省略。同一 SKU 若状态、批号、到期日、库位和单位都相同却出现两次，则被拒绝；选项 ``repeated_rows`` 为 ``add`` 时表示节点按库位盘点，文件中的各行相加。
""",
    "feeds/csv_stock_adjustments": """\
CSV 库存调整：节点库存的更正，每个 SKU 一行。

UTF-8 编码，逗号分隔，表头为 ``STOCK_ADJUSTMENTS`` 的各列。``uom_code`` 填写 EA 以外的单位时，数量以该单位计，silver 层按 ``units_of_measure`` 换算为件数。库存由一种状态转为另一种状态时，两种状态都要填写，无论数量正负，均从前者移出；STATUS_CHANGE 一律为状态转移。
""",
    "feeds/csv_stock_worths": """\
CSV 库存价值：一件商品留在所在节点值多少，每个节点、每个 SKU 一行。

UTF-8 编码，逗号分隔，表头为 ``STOCK_WORTHS`` 的各列。``worth`` 为一件留在该节点预计带来的收益：毛利与改由次优节点发货多花的费用两者取小，乘以在下次到货之前被当地需求买走的概率。邻近节点几乎同样便宜就能发出的，在此处的价值很小；反正要降价处理的接近 0。``sku_ref`` 若为别名且一个含多件（如 12 件一箱），``worth`` 为整箱的价值，每件取十二分之一，向下取整到最小货币单位。凡有该 SKU 的节点都应逐一说明：没有行的节点按 0 计，最先从那里取货。

``worth`` 最大为 10,000,000，不得小于其 ``currency_code`` 的最小货币单位；文件不含该列时为伙伴的币种。与承运商运价（``gold.dim_rates``；没有运价时为 USD）币种不同的行予以保存，并由检查 ``stock_worths_are_in_the_currency_of_the_rates`` 报告，但不计入：此前就该 SKU 所说的其他价值继续有效。

``valid_from`` 较晚的行终止前一行；起始日期相同时，以 ``updated_at`` 最新者为准。没有 ``valid_to`` 的行一直有效，直到另有说明；可能停止发送者应给出最后一天，此后该行失效，也没有其他行接替。填 0 即收回自该日起有效的价值，但不收回先前就更晚的 ``valid_from`` 所说的价值。
""",
    "feeds/csv_substitutions": """\
CSV 替代商品：可以代替某 SKU 发出的商品，每个替代品一行。

UTF-8 编码，逗号分隔，表头为 ``SUBSTITUTIONS`` 的各列。一件所要求的商品以 ``ratio`` 件替代品代替，``rank`` 最小的最先推荐。``policy`` 说明人可以怎样做：``auto`` 无须询问即可代发，``ask`` 须先询问顾客；``never`` 终止先前同一对 SKU 的允许。替代一件最多可贵多少填入 ``max_price_delta``，并以 ``currency_code`` 写明币种；不填则不论贵多少。
""",
    "feeds/csv_tracking_events": """\
CSV 物流轨迹：包裹所在位置，每次扫描一行。

UTF-8 编码，逗号分隔，表头为 ``TRACKING_EVENTS`` 的各列；可以省略 ``is_return``，此时视为没有退回。
""",
    "feeds/csv_unit_costs": """\
CSV 单位成本：我方每件的成本，每个 SKU、节点和起始日期一行。

UTF-8 编码，逗号分隔，表头为 ``UNIT_COSTS`` 的各列。未填节点的成本适用于所有节点；最多六位小数。
""",
    "feeds/csv_units_of_measure": """\
CSV 计量单位：一箱等于多少件，每个 SKU、每种单位一行。

UTF-8 编码，逗号分隔，表头为 ``UNITS_OF_MEASURE`` 的各列。``EA`` 始终为一件，不因他处的说法而改变。
""",
    "feeds/jsonl_self_decisions": """\
本系统自身的决策，由每次运行落地：``{run_id, as_of, table_name, row}``。

JSON Lines（每行一个 JSON 对象）。``row_json`` 是该行的原文，重建时写出的内容与当时运行所写逐字节相同。
""",
    "feeds/mapped_orders": """\
以伙伴自己的列表示的订单：CSV、TSV 或 XLSX，每个订单行一行。

文件的含义由配置档案的选项说明：

- ``column.COLUMN``：``ORDERS`` 的某列对应的表头，不区分大小写。``constant.COLUMN``：所有行共同的值。``default.COLUMN``：单元格为空时的值。``value.COLUMN.THEIRS``：伙伴的某个值所表示的含义；``value.COLUMN.*`` 适用于没有单独说明的所有值。
- ``order_cells: first_line``：整单信息只写在订单的第一行。``ignored_columns``：无须提示的表头，以逗号连接；``*`` 表示全部。
- ``delimiter``（默认 ``,``，可为 ``tab``）、``quote``（默认 ``"``，可为 ``none``）、``encoding``（默认 utf-8，可为 utf-16、latin-1、cp1252、cp437、gb18030、gbk、shift_jis；有字节顺序标记时以标记为准）。XLSX：``sheet``、``header_row``。
- ``decimal``（默认 ``.``，可为 ``,``）、``thousands``（``.``、``,``、``'`` 或 ``space``）；``quantities: decimal`` 表示 3.0 即三件；``date_format`` 按 strptime 书写，``date_format.COLUMN`` 只用于某一列。此外始终可读 ISO 8601；没有时差的时间按配置档案的时区，只有日期时取当日零点。

映射未说明时：``action`` 为 create；``order_name`` 取订单号；``line_ref`` 为 ``sku:`` 加 SKU（同一 SKU 的第二行加 ``#2``）；``updated_at`` 取下单时间；``currency_code`` 取配置档案的币种；``discount_amount`` 和 ``tax_amount`` 为 0；``service_code`` 为 STANDARD；``is_ship_complete`` 为 false。``payment_status`` 必须说明。可以用 ``unit_amount`` 代替 ``line_amount``，即单件价格（``uom_code`` 填写 EA 以外的单位时为该单位的价格，silver 层按 ``units_of_measure`` 换算为件数）；乘以数量后必须是币种最小单位的整数。被电子表格改写成 1.23E+12 的数字不能作为订单号、行号或 SKU。订单中任何一行有误，整单所有行均被拒绝。拒绝记录中的列名沿用伙伴的表头；配置档案有误时整个文件被拒绝并说明原因。

会修改或取消订单的渠道须有相应的列：``updated_at``，以及 ``action`` 或 ``cancelled_at``。一个表头可以对应我方的两列。

    options:
      column.order_ref: "订单编号"
      column.ordered_at: "下单时间"
      column.sku_ref: "商品编码"
      column.qty: "数量"
      column.unit_amount: "单价"
      column.service_code: "配送方式"
      value.service_code.次日达: EXPEDITED
      value.service_code.*: STANDARD
      constant.payment_status: paid
      date_format: "%d.%m.%Y %H:%M"
      decimal: ","
      delimiter: ";"
""",
    "feeds/mapped_stock": """\
以伙伴自己的列表示的库存快照：CSV、TSV 或 XLSX。

选项与 ``mapped_orders`` 相同，但没有 ``order_cells``。映射未说明时，``stock_status`` 为 AVAILABLE，``quantity_basis`` 取配置档案的设定。盘点时刻 ``snapshot_at`` 必须写在文件中；只有日期时取配置档案时区当日的最初时刻。``uom_code`` 填写 EA 以外的单位时，``qty`` 以该单位计，silver 层按 ``units_of_measure`` 换算为件数。同一 SKU 出现两次则被拒绝；``repeated_rows`` 为 ``add`` 时各库位相加。拒绝记录中的列名沿用伙伴的表头。

    options:
      column.node_ref: "仓库"
      column.sku_ref: "货号"
      column.qty: "在库数量"
      column.snapshot_at: "盘点时间"
      value.stock_status.冻结: HOLD
      column.stock_status: "状态"
      date_format: "%d/%m/%Y %H:%M"
      quantities: decimal
""",
    "feeds/pos_sales": """\
收银销售：小票的每一行对应 CSV 的一行，时间为门店当地时间。

货物在收银台当场取走：无须发货，也不涉及任何人的姓名。折扣有三种，合并计算。时间不带时差，以配置档案的时区为准；秋季拨钟时重复的一小时取前一次。
""",
    "feeds/pos_tenders": """\
收银付款：小票的每种付款方式对应 CSV 的一行。

UTF-8 编码，逗号分隔，列为 ``store_id, receipt_no, tender_no, tendered_at, tender_type, amount``，可另加 ``card_last4`` 和 ``change``。时间为门店当地时间，订单号的构成也与 ``pos_sales`` 相同。实付金额为 amount 减去找零；负数为退款。配置档案的选项 ``tender_types`` 可在已知付款方式之外补充收银机的用词：``EBT=card, SCRIP=other``。
""",
    "feeds/xlsx_phone_orders": """\
电话订单：供人填写的 XLSX 表单，每个订单行一行。

``template()`` 生成空白表单。表头可以是英文、中文，或像表单那样中英文并列；列的次序不限，非必填的列可以没有。每一行都要写明收货人。日期可以是日期格式的单元格，也可以是 ISO 文本，均按配置档案的时区。

必填项为订单号、下单日期、商品编码（SKU）、数量、单价和付款。不填配送服务时按 STANDARD 发货，不填币种时取配置档案的币种，不填操作时为新建订单。不填单位时数量和单价以件计，否则以所填单位（名称或代码）计，silver 层按 ``units_of_measure`` 换算为件数。再次发送同一订单、操作为“修改”（Change）或“取消”（Cancel）时，须填写修改日期。各行没有行号：以 ``sku:`` 加 SKU 代替，同一 SKU 的第二行加 ``#2``。订单中任何一行有误，整单所有行均被拒绝。
""",
}
"""Path below ``transforms``, without its ending → text."""
