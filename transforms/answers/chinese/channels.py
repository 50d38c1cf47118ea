"""Formats of shops, marketplaces and the services that ship for them, in 中文."""

from __future__ import annotations

TEXTS = {
    "feeds/amazon_all_orders": """\
亚马逊 All-Orders 报告（所有订单报告）：订单的每个 SKU 一行，附状态。

即 ``GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL`` 及其同类报告（按最近更新、已归档订单）：制表符分隔，引号按普通文字处理，一行表头；较新的报告列数更多，但没有城市。该报告既无收件人，也无订单商品编号，因此行号为 ``sku:`` 加 SKU，同一 SKU 的第二行加 ``#2``。时刻按 ``reading.amazon`` 的写法；``last-updated-date`` 为版本。

- ``order-status`` 为 Cancelled 时取消订单。已取消的行数量为 0 且没有价格；未取消的订单中 ``item-status`` 为 Cancelled 的行也是如此。
- 换货可以没有价格，视为免费。折扣带不带负号都按折扣处理。买家的定制内容（``customized-url``）记在该行。
- Pending 订单尚无价格：以金额 0 读入，未注明币种时取配置档案的币种，``payment_status`` 为 pending；等报告中显示为未发货时，价格随之补上。
- ``fulfillment-channel`` 为 Amazon（AFN）的订单由亚马逊仓库发货：与收银销售一样，配送服务为 NONE，节点为选项 ``fba_node_ref`` 所指定的名称（默认 ``FBA``）。
- 卖家自配送的订单或其中某行为 Shipped 时，记为已发（``shipped_qty``）：不是我方发出的，就是别人已经发出，不再是需求。
- 渠道名为 Non-Amazon 的订单，是亚马逊替我方某个渠道发的货：接受其各行，但不产生数据。
- 其他状态一律拒绝。订单中任何一行有误，整单拒绝。
""",
    "feeds/amazon_fba_ledger": """\
亚马逊 FBA 库存分类账汇总：亚马逊各仓库当日结束时的库存。

即按日的 ``GET_LEDGER_SUMMARY_VIEW_DATA``：制表符分隔，单元格可以加引号，一行表头，列名中有无空格均可。每行是一个 SKU（``MSKU``）、一种库存属性和一个地点；地点为仓库，若按国家请求报告则为国家，即节点名称。库存取 ``EndingWarehouseBalance``；仓库之间的在途货物不计入任何仓库。使用选项 ``fba_node_ref`` 时，所有地点合为该名称的一个节点，与亚马逊配送订单所用的节点一致，库存相加。

- 日期为月在前（``12/27/2017``；其他写法用选项 ``date_format``），以配置档案时区的午夜为当日结束，即盘点时刻。
- ``Disposition``：SELLABLE 为 AVAILABLE；各类损坏、DEFECTIVE 和 EXPIRED 为 DAMAGED；UNSELLABLE 为 HOLD。归入同一 SKU、同一状态的行相加，记在其中第一行；其他取值一律拒绝。任何一行有误，该 SKU 在该地点的其他行一并拒绝：只加一半的合计是错误的盘点数。
- 填写月份而非日期的行被拒绝：无从得知何时盘点。
""",
    "feeds/amazon_fba_returns": """\
亚马逊 FBA 买家退货报告：每件退货一行。

制表符分隔，一行表头。报告中的货物均已退回并经过检查，因此每一行都是已验货的退货。退货单号取订单号；行号取该件的 LPN（license plate number），没有时取 SKU 和时刻。检查结果见 ``detailed-disposition``；不认识的取值被拒绝，不作猜测。时刻可为 ISO 8601、``2026-03-06 08:52:26 UTC`` 或 ``06.03.2026 08:52:26 UTC``；只有日期时取配置档案时区当日的最初时刻。节点为配送中心，或选项 ``fba_node_ref`` 为全部配送中心指定的名称。
""",
    "feeds/amazon_orders_for_shipping": """\
亚马逊待发货订单的平面文件报告：每个订单商品一行。

制表符分隔，引号按普通文字处理，一行表头，价格为整行金额。该报告含收件人和订单商品编号，而所有订单报告没有；但不含取消信息，也不含订单总额。换货可以没有价格，视为免费。折扣带不带负号都按折扣处理。买家的定制内容（``customized-url``）和礼品留言记在该行。
""",
    "feeds/amazon_settlements": """\
亚马逊结算报告（平面文件 V2）：结算中的每笔金额一行。

制表符分隔。表头之下的第一行为结算汇总，写明结算号、总额、币种和打款时间；其后各行的这些单元格可以为空。两种版式均可读取：24 列的版式含 ``amount-type, amount-description, amount``；36 列的版式为每类金额各设一列（``price-amount``、``item-related-fee-amount`` 等），一行可以填写其中数列，只有数量的行也可以一列不填。编号由结算号和该行在汇总行之下的位置组成。费用单独成行，因此任何一行的金额内都不含费用。时刻可为 ISO 8601、``2026-03-06 08:52:26 UTC``、``06.03.2026 08:52:26 UTC`` 或 ``2026/03/06 17:52:26 JST``；只有日期时取配置档案时区当日的最初时刻。金额使用小数逗号时，用配置档案的选项 ``decimal: ","`` 和 ``thousands: "."``。汇总行有误的结算整份拒绝；没有汇总行，或夹在另一结算汇总行之下的行也被拒绝。各行之和与总额不符时给出提示：有行缺失或被拒绝。金额超过 450,000 笔的报告以 FILE_TOO_LARGE 拒绝；该上限由选项 ``max_amounts`` 调整。
""",
    "feeds/amazon_spapi_orders": """\
亚马逊 SP-API 订单：v0 的 ``getOrders`` 附商品明细，或 2026-01-01 版。

- 可读取 ``{"payload": {"Orders": […]}}``、单张订单的 ``{"payload": {…}}`` 和 ``{"orders": […]}``，整个文件为一个对象或每行一个均可。v0 的订单本身不含商品明细：由取数程序把 ``getOrderItems`` 的全部分页作为 ``OrderItems`` 附上。没有商品明细的订单被拒绝。
- order_ref 为 ``AmazonOrderId``，line_ref 为 ``OrderItemId``，与待发货订单报告相同；版本以 ``LastUpdateDate`` 区分。
- 价格为整行金额：取 ``ItemPrice``；2026-01-01 版取商品的 ITEM、DISCOUNT、TAX 各项明细，没有时取单价乘数量。运费和礼品包装不计；订单总额因包含二者也不采用。JPY 没有小数：1980 和 1980.00 可以读取，25.99 被拒绝。订单处于 Pending、已取消或为换货时可以没有价格，视为 0。各处都未注明币种时取配置档案的币种。
- 已发数量按亚马逊的统计，不论由谁发出。
- Pending 表示等待付款；已取消和无法配送的订单按取消处理。被取消的商品在亚马逊的数据中数量为 0：该行略去；若再无其他行，则取消整单，各行数量记为 1，因为订单行至少有一件。买家申请取消尚不等于取消。
- 买家的定制内容（``CustomizedURL``）和礼品留言记在该行。
- 亚马逊配送的订单（AFN，``fulfilledBy`` 为 AMAZON）不参与分配：配送服务为 NONE，节点为选项 ``fba_node_ref``，未指定时为“FBA”。
- 没有个人数据权限时，收件人和买家缺失，订单照常读取。

拒绝记录中的列名沿用 v0 的名称。
""",
    "feeds/easypost_trackers": """\
EasyPost 物流追踪：包裹的每次扫描（tracking detail）一行。

每行可以是一个 tracker、``{"trackers": […]}``，或以 tracker 为 ``result`` 的 webhook 事件；整个文件是其中之一并分写成多行时也可读取。没有明细的 tracker 产生一行，即其自身的状态和最近更新时间。``error`` 表示 EasyPost 无法追踪，并非包裹出了问题：记为 ``UNKNOWN``；``unknown`` 以及 EasyPost 今后可能新增的取值也是如此。明细为 ``lost`` 的失败记为 ``LOST``。有承运商代码时保留承运商代码，否则保留 EasyPost 的明细或上述取值。城市和邮政编码不保留；签收人记在送达那一行。测试模式的 tracker 与其他一样读取。拒绝记录中的列名沿用 EasyPost 的名称。
""",
    "feeds/shipbob_inventory": """\
ShipBob 库存：按地点或按批次（API 2025-07 和 2026-01）。

- 可读取 ``inventory-level/locations`` 和 ``inventory-level/lots`` 的响应，以及单个库存商品的响应：``{"items": […]}``、列表，或每行一个商品。
- ShipBob 不提供盘点时间。由取数程序把请求的时刻写在商品列表旁边，``{"fetched_at": "2026-01-05T06:00:00Z", "items": […]}``，或写入每个商品；没有该时刻的响应被拒绝。
- 节点为 ``location_id``；SKU 为 ``sku``，没有时为 ``inventory_id``。读取哪个数量由配置档案的 ``quantity_basis`` 决定：``on_hand_quantity``，或可用时为 ``fulfillable_quantity``。待入库和两仓之间的货物不计。有批次的商品按批次计数；``lot_date`` 为到期日。
- 所有地点的合计（``inventory-level``）没有节点，因此被拒绝。
""",
    "feeds/shipbob_shipments": """\
ShipBob 已发出的货件，来自 JSON 的订单或货件。

- 可读取 ``order`` 的响应（列表或单张），每张订单附其 ``shipments``；也可只读取货件。整个文件为一个对象或每行一个均可。
- ``actual_fulfillment_date`` 有值且状态不是 Cancelled 时，货件才算已发出；其余货件不论状态为何，均不作表示。
- 指令为订单的 ``reference_id``，行为订单中该商品的 ``external_line_id``；未提供时（只有货件）取商品自身的 ``reference_id``。订单中同一商品出现两次时，货件按次序填入各行。
- 已发数量为 ``inventory_items`` 的数量，每个订单行的每个批号（``lot``）一行，附 ``serial_numbers``；有效期取自收货和盘点。商品自身的 ``quantity`` 与其合计不符时，不报批号。由多个商品组成的产品为套装，件数按订购数计；若订单分多个货件，则无从得知各发了几套，该订单被拒绝。
- ShipBob 会把缺货部分留到下一个货件，从不表示短发：要求数量即已发数量。
- ShipBob 只发所订的商品：无法表示改发了其他 SKU。
- 节点为 ``location.id``；承运商为 ``scac``，没有时取名称。
""",
    "feeds/shopify_inventory_levels": """\
Shopify 库存：REST 分页，或每行一个 GraphQL 库存对象。

- 可读取 ``{"inventory_levels": […]}``、``{"inventory_level": {…}}``、单独的库存对象，以及 GraphQL 的 ``{id, updatedAt, location {id}, item {id sku}, quantities [{name, quantity}]}``（``item`` 也可写作 ``inventoryItem``）。
- 节点为地点编号；SKU 为商品的 ``sku``，未提供时为库存商品编号，请在别名中建立对应。
- 读取 ``available``；选项 ``quantity_name`` 为 ``on_hand``，或只提供了 on_hand 时读取 ``on_hand``，并在 quantity_basis 中注明。若同时提供残损和 quality_control 数量，则从 on_hand 中扣出，单独计数（DAMAGED、HOLD）。
- ``available`` 为 null 表示该商品不跟踪库存，没有盘点数。
- 盘点截止时点为取数时刻：``fetched_at``，由取数程序写在库存对象内或列表旁边。没有时以各自的 ``updated_at`` 为准，即数量最后一次变化的时间；时间较早的，对今天的库存说明不了什么。
""",
    "feeds/shopify_orders": """\
Shopify Admin REST 订单：每行一个订单对象，或一页订单。

每行可以是一张订单、``{"order": …}`` 或 ``{"orders": […]}``；整个文件为一页也可读取。同一物理行中有多张订单时，每张订单各算一行。每一行要么全部读入，要么全部不读，订单不会只读入一部分。

- 价格为单价：行金额为价格乘数量，``taxes_included`` 时减去税额；行折扣为各项分摊之和，没有时取 ``total_discount``。订单金额为 ``subtotal_price`` 加各行税额；没有小计时为 ``total_price`` 减运费。
- 订购数量为 ``quantity`` 减去发货前退款所扣除的数量（``restock_type`` 为 cancel，或为 no_restock 且超过已发数量）；此时该行金额随之折减，精确到最小货币单位，订单金额则为未知。
- ``fulfillments`` 中状态为 success 的视为已发：不是我方发出的，就不再是需求。
- 无须发货的行（小费、礼品卡、下载商品）略去；只有此类行的订单不产生数据。门店收银销售（已履约且没有地址）的配送服务为 NONE，节点为 ``location_id``。
- 没有 SKU 的行称为 ``variant:5`` 或 ``product:7``，请在别名中建立对应。自定义属性作为文字记在该行（``line_note``）或订单备注中，标签予以保留；自定义属性 ``_keep_together`` 的值相同的各行一次发出。
- 未列出订单行的订单被拒绝，测试模式的订单（``test``）也被拒绝。
- 版本由 ``created_at`` 和 ``updated_at`` 决定。"Express" 之类的配送代码为加急；标签 ``ship-complete`` 要求所有行一次发出。

拒绝记录中的列名沿用 Shopify 的名称。
""",
    "feeds/shopify_orders_bulk": """\
Shopify Admin GraphQL 批量操作（bulk operation）导出的订单：由各部分组成的 JSON Lines。

每行是一个带 ``id`` 的对象；订单行以 ``__parentId``（``gid://shopify/Order/…``）指明所属订单，该订单在文件中何处均可。一张订单及其所有子对象同进同退：子对象有误则拒绝整单；所属订单不在文件中的子对象单独拒绝；没有订单行的订单被拒绝（查询时未请求订单行）。有误的行若已看不出所属订单，则视为前一张订单的一部分，因此请让 ``groupObjects`` 保持为 true。

请查询：``id name createdAt updatedAt cancelledAt currencyCode taxesIncluded displayFinancialStatus displayFulfillmentStatus sourceName test retailLocation {id} subtotalPriceSet totalPriceSet note email phone tags customAttributes {key value} customer {id firstName lastName email phone} shippingAddress {name address1 address2 city provinceCode zip countryCodeV2 phone} shippingLine {code}`` 和 ``lineItems {id sku title quantity currentQuantity unfulfilledQuantity requiresShipping variant {id} product {id} originalUnitPriceSet discountAllocations taxLines customAttributes {key value}}``。

扣除数量和已发数量由订单行的各项数量及订单的履约状态推得，以其所能说明的为限。金额对象中读取 ``shopMoney``。id 末尾的数字即 order_ref 和 line_ref，因此与 REST 方式的同一订单相同；各值的含义也与其一致（``shopify_orders``）。其他子对象（退款、交易）接受但不读取。拒绝记录中的列名沿用 GraphQL 的名称。
""",
    "feeds/shopify_refunds": """\
Shopify 退款：每个退款行一行；不属于任何行的金额每笔一行。

每行可以是一笔退款、``{"refund": …}`` 或 ``{"refunds": […]}``；整个文件是其中之一并分写成多行时也可读取。金额为店铺币种（有 ``…_set`` 时取之）：取行的 ``subtotal`` 和 ``total_tax``；旧版本未提供时，若没有任何扣减，则取价格乘数量。退还的运费和 ``order_adjustments`` 为不属于任何行的金额；后者在客户收到退款时 Shopify 记为负数，因此改变正负号。``legacy_restock`` 为退货。只有付款而别无内容的退款，产生该笔付款的一行。未注明币种时取该付款或配置档案的币种。拒绝记录中的列名沿用 Shopify 的名称，``amount`` 和 ``tax`` 除外。
""",
    "feeds/tmall_trades": """\
淘宝和天猫交易：``taobao.trade.fullinfo.get``、交易列表、JSON Lines。

- 可读取 ``{"trade_fullinfo_get_response": {"trade": {…}}}``、``trades.sold.get`` 的响应 ``{"trades": {"trade": […]}}``，以及单独的交易。
- 时间默认为 Asia/Shanghai，除非配置档案指定了 UTC 以外的时区。金额币种为 CNY。选项 ``encoding`` 可为 ``gb18030``。
- order_ref 为 ``tid``，line_ref 为子订单 ``oid``（可能有一个与 tid 相同），SKU 为 ``outer_sku_id``，没有时为 ``outer_iid``。
- 因标价、店铺与平台优惠、手工改价，各项金额本就不一致。子订单的买家实付为 ``divide_order_fee``，没有时取子订单的 ``payment``，再没有时取 ``total_fee``；行金额为单价乘 ``num``，若实付更多则取实付；二者之差为折扣。交易的 ``payment`` 减 ``post_fee`` 与各行之和相符时，给出订单金额；不符则留空并给出提示，因为淘宝不会再发别的版本。
- WAIT_BUYER_PAY 及同类状态为等待付款；已付定金未付尾款、PAID_FORBID_CONSIGN 亦然；``type`` 为 cod 是货到付款（terms）。TRADE_CLOSED 和 TRADE_CLOSED_BY_TAOBAO 取消尚未发货（``consign_time``）的部分。发货前已关闭或 ``refund_status`` 为 SUCCESS 的子订单略去；仅申请退款尚不改变任何内容。
- 等待买家确认收货及其后的子订单，视为已发。
- 地区取原文省份（陕西省）。买家留言和卖家备注（可能指定其他快递）作为备注。

拒绝记录中的列名沿用淘宝的名称。
""",
    "feeds/walmart_orders": """\
沃尔玛 Marketplace 订单（JSON）：美国、加拿大、墨西哥。

- 可读取 ``{"list": {"elements": {"order": […]}}}``、``{"order": […]}``、``{"order": {…}}`` 和每行一张订单。加拿大默认返回 XML，须请求 ``application/json``。
- order_ref 为 ``purchaseOrderId``；墨西哥由沃尔玛配送的订单没有该号，以 ``customerOrderId`` 为准。line_ref 为 ``lineNumber`` 或 ``primeLineNumber``。时间为自 1970 年起的毫秒数，或 ISO 8601；最新的 ``statusDate`` 为版本。
- 行金额为其 PRODUCT 费用，按整行计（伙伴按单件计时用选项 ``charge_basis: unit``），税额取其税；负的 PRODUCT 费用和 DISCOUNT 费用（运费折扣除外）为折扣。墨西哥的费用没有金额：此时取 ``unitPriceWithoutTax``，没有时取 ``unitPrice`` 减税，再乘数量。不含订单总额。
- 订购数量为该行各状态所计数量中不是 Cancelled 的部分；其中 Shipped、Delivered 或已退款的视为已发。整行取消的行略去；没有其他行的订单即为取消，各行保留原数量，至少为 1。
- ``shipNode.type`` 为 WFSFulfilled 的订单由沃尔玛发货：配送服务为 NONE，节点为选项 ``wfs_node_ref``，未指定时为“WFS”。
- USA、CAN 和 MEX 转为 US、CA 和 MX。货款由沃尔玛代收：订单均为已付款。

拒绝记录中的列名沿用沃尔玛的名称。
""",
    "feeds/woocommerce_orders": """\
WooCommerce REST 订单：列表、单张订单、JSON Lines、wc/v1 至 v3 的分页。

可读取第 3 版，旧版的 ``{"order": …}`` 和 ``{"orders": […]}``，以及批量响应中的 ``create`` 和 ``update``（不读 ``delete``：移入回收站是一种状态）。

- 时间：``date_created_gmt`` 和 ``date_modified_gmt`` 按 UTC；没有时取当地时间，按配置档案的时区。
- status：processing 和 completed 为已付款（支付方式为 ``cod`` 时为 terms）；pending、on-hold 和 failed 为等待付款；cancelled 和 trash 为取消，refunded 也是取消，除非订单此前已完成。插件中表示已付款的状态写入选项 ``paid_statuses``（``a,b``）。
- 已完成订单的各行视为已发：不是我方发出的，就是店铺发出的。
- 行金额为 ``subtotal``，``total`` 比它少的部分为折扣；二者均不含税。订单金额为 ``total`` 减运费、手续费和税，再加各行税额，因为 WooCommerce 会对订单税额重新取整。
- 没有 ``sku`` 的行以 ``variation:23``（没有时为 ``product:22``）为 SKU，不会与真实 SKU 混淆，请在别名中建立对应。各行保留订购数量；退款另有单据。
- 买家对该行的选择或留言（店铺可见的 ``meta_data``）记在该行。
- 收货地址为空时取账单地址。``customer_id`` 为 0 表示访客。
- 配送方式为 ``local_pickup`` 或 ``pickup_location`` 的订单为 PICK_UP，取货地点为其 ``meta_data`` 中的 ``pickup_location``，没有时取其标题；选项 ``pickup_node.PLACE``（PLACE 为地点名称）说明该地点是哪个节点（``pickup_node.Harbour shop: STORE-9``），未说明时地点名称即节点名称。
- ``meta_data`` 中的 ``ship_complete``（yes、true、1）要求所有行一次发出。

拒绝记录中的列名沿用 WooCommerce 的名称。
""",
}
"""Path below ``transforms``, without its ending → text."""
