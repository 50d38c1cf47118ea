"""Formats of what partners get, in 中文."""

from __future__ import annotations

TEXTS = {
    "instructions/csv_cancellations": """\
CSV 取消请求：请节点交还已下发的件数。

每个请求一行：指令和行均按下发时的编号，另有请求交还的件数；该行其余的件数仍然有效。在节点答复（发货确认或拒绝）之前，这些件数保持占用。
""",
    "instructions/csv_payment_requests": """\
CSV 支付请求：请支付机构扣款、释放或重新授权。

每个请求一行，以 ``request_id`` 标识：它是幂等键，同一键不论发送多少次，都不会执行两次。``payment_ref`` 为支付机构自己的授权编号，``amount_minor`` 为最小货币单位的整数金额。``is_final`` 表示此后不再扣款，余额可以释放。VOID 针对全部余额；REAUTH 请求为同一订单另行授权该金额。
""",
    "instructions/csv_pick_lists": """\
CSV 拣货单，供自有配送中心（DC）和门店使用：取什么货，发往何处。

各行按节点、指令和 SKU 排列，与拣货作业一致；每一行都有收件人，仅凭拣货单即可制作包裹面单。``service_code`` 为 PICK_UP 时顾客到该节点自提：没有地址，``ship_by_date`` 为备妥待取之日。使用选项 ``names_lots: true`` 时，最后一列 ``lot_ref`` 指明应先取的批号；使用 ``names_waves: true`` 时再加一列 ``wave_ref``，即所属波次。
""",
    "instructions/csv_shipped_lines": """\
CSV 已发通知：告知渠道哪些订单行已经发出、如何发出。

节点报告已发出的每个订单行一行，使用渠道自己的订单号和行号；每行只告知一次。节点改发其他 SKU 时，``sku_id`` 为实际发出的 SKU，``ordered_sku_id`` 为该行所订的 SKU。``due_at`` 为最迟应告知渠道的时刻：发出后的小时数为选项 ``tell_shipments_within_hours``（默认 24）。
""",
    "instructions/csv_shipping_orders": """\
CSV 发货指令：请第三方物流（3PL）发货，每个指令行一行。

伙伴在回执中回传 ``control_no``，在发货确认和拒绝中回传 ``instruction_id`` 和 ``instruction_line_ref``。``service_code`` 为 PICK_UP 时顾客到该节点自提：没有地址，``ship_by_date`` 为备妥待取之日。使用选项 ``names_lots: true`` 时，最后一列 ``lot_ref`` 指明应先取的批号；使用 ``names_waves: true`` 时再加一列 ``wave_ref``，即所属波次。
""",
    "instructions/csv_stock_offers": """\
CSV 可售库存：渠道可以销售的数量，每个 SKU 一行。

数量为绝对值；文件中没有的 SKU 与此前相同。``sku_ref`` 为渠道自己的 SKU 名称（已在别名中说明的），否则为我方的 SKU。
""",
    "instructions/edifact_insdes": """\
EDIFACT INSDES（D.96A）：请仓库发货。

一份报文为一个指令；报文按 ``instruction_id`` 排列，UNH 从 1 起编号，各行按行号排列。UNB 0020 为控制号，CONTRL 会引用；信封上的时间为伙伴时区的 ``as_of``。

- BGM 240：我方指令，功能代码为 9；整份取代此前文件中同一编号的指令时为 5。DTM 137：``as_of``；DTM 10：最迟发货时间。
- FTX DEL：配送服务；PICK_UP 表示顾客到该节点自提，DTM 10 为备妥待取之日，NAD DP 没有地址。
- RFF ON：我方订单，其 DTM 4 为下单日期，按伙伴时区；RFF CR：日常使用的编号。
- NAD WH：节点。NAD DP：收件人明文，附 CTA IC 和 COM TE。
- LIN：次序，``SA`` 为我方 SKU。PIA NB：已占用批次时为应先取的批号。IMD 为商品名称，QTY 12 为件数（PCE），RFF LI 为我方行号。CNT 1：总件数，CNT 2：行数。

超过 35 个字符的名称延续到其后的成分中，最多五个；商品名称截取 70 个字符。指令、节点、SKU 和行号绝不更改：超过 35 个字符或超出字符集的予以拒绝。字符集由选项 ``edifact_syntax`` 指定（默认 UNOC）；无法表示的字符变为 ``?``。
""",
    "instructions/shipbob_orders": """\
ShipBob 订单（JSON）：请履约服务商发货。

一个数组，由 ``POST order`` 所接受的请求体组成，每个指令一个，按 ``instruction_id`` 排列；转发方逐个提交。采用相同结构的其他服务也可读取。

- ``reference_id`` 为我方指令，``order_number`` 为日常使用的编号，``purchase_date`` 为下单时间，``type`` 为 DTC。
- ``shipping_method`` 为配送服务；设有选项 ``service.STANDARD``、``service.EXPEDITED`` 和 ``service.PICK_UP`` 时用伙伴自己的名称。PICK_UP 由顾客自提：收件人没有街道和州。
- 节点名称为数字时，``location_id`` 为该节点。
- ``products``：我方 SKU 为 ``reference_id``，另有名称、件数，以及作为 ``external_line_id`` 的我方行号，随货件信息回传；已占用批次时 ``lot`` 为应先取的批号。
- ``tags`` 含文件的控制号和最迟发货日期。

没有值的字段不写；任何内容都不截断、不更改。返回的内容由 ``shipbob_shipments`` 读取。
""",
    "instructions/shopify_fulfilments": """\
Shopify 履约（fulfillment，JSON）：告知店铺哪些货已经发出及其追踪号。

每行一个对象：同一订单中同一时刻、由相同包裹发出的各行，即一次履约的请求体。每个已发的订单行只告知一次；节点改发其他 SKU 的订单行也是已发。

- ``order_id`` 和 ``line_items[].id`` 为店铺的编号；是数字的写作数字。
- ``tracking_info``：``company`` 为承运商，``numbers`` 为各包裹的追踪号。
- ``shipped_at`` 为发出时刻；``due_at`` 为最迟应告知店铺的时刻：发出后的小时数为选项 ``tell_shipments_within_hours``（默认 24）。
- ``notify_customer`` 为 true，除非同名选项为 ``false``。
""",
    "instructions/shopify_inventory_set": """\
Shopify 待设置的库存（JSON）：每行一个对象，每个 SKU 一行。

即 ``inventory_levels/set`` 的请求体：``available`` 为绝对值。

- ``location_id`` 为同名选项的值，须为数字。
- ``inventory_item_id`` 为渠道自己的 SKU 名称，仅当别名中有说明且为数字时填写，否则不写；``sku`` 为我方的 SKU，届时由提交方据此查找商品。
""",
    "instructions/stripe_requests": """\
支付请求（JSON Lines），采用 Stripe 所接受的结构。

每行一个对象，以 ``idempotency_key`` 标识；提交方将该键作为请求头 ``Idempotency-Key`` 发送，因此不会执行两次。

- CAPTURE：``path`` 为扣款的路径，``amount_to_capture`` 为按 Stripe 计法的最小货币单位金额（charge 则用 ``amount``），``final_capture`` 表示此后是否不再扣款。
- VOID：``path`` 为取消的路径；charge 则为退款的路径，由此释放未扣的部分。
- REAUTH：``path`` 为新建 PaymentIntent 的路径，附 ``amount``、``currency``，且 ``capture_method`` 为 manual；``replaces`` 为即将到期的授权。

``payment_intent`` 或 ``charge`` 为支付机构的编号；``metadata.order_id`` 为渠道的订单，支付机构回报时据此对应。
""",
    "instructions/x12_846": """\
X12 846：告知渠道可以销售的数量，一个文件一份报文。

- BIA*08（完整盘点），``SI``；BIA03 为控制号，BIA04 和 05 为数量所属的时刻，按伙伴时区。
- N1*WH：与渠道约定的选项 ``location_ref``，否则为本公司的标识。
- LIN：次序，``SK`` 为我方 SKU，别名中有说明时 ``BP`` 为渠道自己的名称。QTY*33：可售件数，绝对值。
- CTT：LIN 数和总件数。

X12 无法表示的 SKU 予以拒绝。我方的 846 读取格式可以原样读回。
""",
    "instructions/x12_850": """\
X12 850：向供应商订货。

一份报文为一张采购订单；报文按 ``po_id`` 排列，从 0001 起编号，各行按行号排列。ISA13 和 GS06 为控制号，信封上的时间为伙伴时区的 ``as_of``。

- BEG03 为我方订单，BEG05 为制单日期，按伙伴时区。CUR 为币种；DTM*002 为各行中最早的要求日期。
- N1*BY 为我方，N1*ST 为节点；供应商的 855、856 和 810 须带上它们。
- PO1：行号、件数（EA）、单件价格；``VP`` 为供应商的 SKU（没有时用我方的），``BP`` 为我方的 SKU。PID 为商品名称。PO1 之后的 DTM*002 为该行的要求日期，仅当与订单不同时填写。
- CTT：行数和件数。AMT*TT：订单总额，各行按币种精度取整后相加。

订单、节点、行号和 SKU 绝不更改：X12 无法表示的予以拒绝。其他文字按 940 的方式转写和截断。
""",
    "instructions/x12_855": """\
X12 855：答复企业客户的订单。

这是答复，不是回执：说明将发什么，什么需要等待、等到何时，什么不会发。一份报文为一张订单的现状；报文按 ``order_ref`` 排列，从 0001 起编号，各行在其中依次排列。ISA13 和 GS06 为控制号，信封上的时间为伙伴时区的 ``as_of``。

- BAK01 首次为 00，取代此前的答复（订单已变更）时为 05；BAK02 全部按订购接受时为 AD，否则为 AC。BAK03 为客户的订单，BAK04 为其日期，按伙伴时区；BAK08 为我方的订单编号，BAK09 为 ``as_of`` 的日期。
- PO1：客户的行号、订购件数（EA），``SK`` 为我方 SKU。
- ACK：IA 为接受的件数；IB 为缺货待补的件数，已知预计日期时附 067 和该日期；IR 为不会发的件数；IS 为改发另一 SKU 的件数（ACK07 为 ``SK``，ACK08 为该 SKU），以该行的件计。各项之和等于该行件数。CTT：行数和总件数。

订单的每个版本只答复一次，由读入它的那次运行答复；客户同时接收 865 时，变更由 865 答复。订单、行号和 SKU 绝不更改：X12 无法表示的予以拒绝。我方的 855 读取格式可以原样读回。
""",
    "instructions/x12_865": """\
X12 865：答复企业客户对其订单的变更，或告知我方的变更。

一份报文为一张订单的现状，含其所有行；报文按 ``order_ref`` 排列，从 0001 起编号，各行按客户的行号排列。ISA13 和 GS06 为控制号，信封上的时间为伙伴时区的 ``as_of``。

- BCA01 为 00 是答复客户的变更，04 是我方的变更：某一行的结果与上次所告知的不同。BCA02 全部按要求接受时为 AD，否则为 AC。BCA03 为客户的订单，BCA06 为其日期，按伙伴时区；BCA09 为我方的订单编号，BCA10 为 ``as_of`` 的日期。
- POC：客户的行号；AI 为新增，DI 为删除，QI 为增量，QD 为减量，CA 为其他变更，NC 为不变，我方的变更一律为 NC；要求的件数（EA），``SK`` 为我方 SKU。
- ACK 同 855，另有 IH：已不需要，但仍在节点手中，已请节点交还；其答复由另一份 865 告知。某行一件不剩时为 ID。
- CTT：行数和要求的总件数。

从未答复过的订单，若客户接收 855，则先以 855 答复。订单、行号和 SKU 绝不更改：X12 无法表示的予以拒绝。我方的 865 读取格式可以原样读回。
""",
    "instructions/x12_940": """\
X12 940：请仓库发货。

一份报文为一个指令；报文按 ``instruction_id`` 排列，从 0001 起编号，各行按行号排列。ISA13 和 GS06 为控制号，信封上的时间为伙伴时区的 ``as_of``。

- W0501 为 N；整份取代此前文件中同一编号的指令时为 R，此时 N9*X9 为该文件的控制号。
- W0502 为我方指令，W0503 为日常使用的编号，N9*OQ 为我方订单，N9*BT 为所属波次（如有）。
- N1*ST、N2、N3、N4、G61：收件人明文。N1*WH：节点。
- G62*10：最迟发货日期；G62*04：下单日期，按伙伴时区。W66*PP*M；顾客到节点自提时为 PU*H：没有 N3 和 N4，G62*10 为备妥待取之日。W6605：配送服务。
- LX、W01（件数，``VN`` 为我方 SKU）、G69、N9*LI：一行及其行号，由 945 回传；N9*LT：已知时为应先取的批号。W76：总件数和总千克数。

ASCII 以外的字母予以转写（``ü`` → ``u``），其他字符变为 ``?``；数据中的分隔符和控制字符变为空格。超过 60 个字符的名称延续到 N2，超过 55 个字符的街道延续到 N3 的其余部分；商品名称截取 45 个字符。指令、节点、SKU 和行号绝不更改：X12 无法表示的予以拒绝。
""",
    "instructions/x12_940_cancellations": """\
用于取消的 X12 940：请仓库交还已下发的件数。

一份报文为对一个指令请求交还的内容；报文按 ``instruction_id`` 排列，从 0001 起编号，各行按行号排列。ISA13 和 GS06 为控制号，信封上的时间为伙伴时区的 ``as_of``。

- W0501 为 F（取消），W0502 为所涉及的指令，N9*OQ 为我方订单，N9*CR 为各个请求，N1*WH 为节点。G62*10 为 ``as_of`` 的日期：立即执行。
- LX、W01（请求交还的件数，``VN`` 为我方 SKU），N9*LI 为行号。指令中其余的件数仍然有效。W76：总件数。

在节点答复之前，这些件数保持占用：仍然发出的部分由其 945 告知。指令、节点、SKU 和行号绝不更改：X12 无法表示的予以拒绝。
""",
    "instructions/x12_943": """\
X12 943：告知仓库将要到达的货物。

一份报文为一张采购订单或调拨单在一个节点的预计到货；报文按 ``advice_id`` 排列，从 0001 起编号，各行按行号排列。ISA13 和 GS06 为控制号，信封上的时间为伙伴时区的 ``as_of``。

- W0601 首次为 N，整份取代此前的通知时为 R；W0602 为我方订单，W0603 为 ``as_of`` 的日期，W0604 为通知号：由订单和节点组成。
- N1*ST：节点。G62*17：其中任何货物最早的预计日期。
- W04：件数（EA），``VN`` 为我方 SKU；N9*LI 为我方行号，由 944 回传；该行日期不同时，其后另有 G62*17。W03：总件数。

每行只告知一次；其数量或日期变化时，随整张订单再次告知，不再预计到货的行不列入。订单、节点、SKU 和行号绝不更改：X12 无法表示的予以拒绝。
""",
}
"""Path below ``transforms``, without its ending → text."""
