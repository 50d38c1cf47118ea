"""EDIFACT messages that partners send, in 中文."""

from __future__ import annotations

TEXTS = {
    "feeds/edifact_aperak": """\
EDIFACT APERAK：伙伴的应用系统对我方报文的处理结果。

每个 ERC 一行；没有 ERC 的报文为一行。

- ``answer_code``：先看 BGM 的功能代码：29、6 为 ACCEPTED，27 为 REJECTED，28、30、34 为 CHANGED；否则看其单证名称代码：312（确认）为 ACCEPTED，313（错误）为 ERROR；再否则，有 ERC 为 ERROR，没有为 ACCEPTED。伙伴用来表示一切正常的 ERC 代码，列入选项 ``accepted_errors``，以 | 连接。
- 所答复的编号：RFF ON，否则 POR、ACW、AGO、DM、DQ，再否则报文头部的第一个 RFF。所答复的单据类型由 DOC 决定，否则由 UNB 的应用参考决定，否则由参考编号决定（ON 为 ORDERS，DQ 为 DESADV），再否则为 MESSAGE。
- 行：ERC 之后的 RFF LI。原因：ERC 的代码和 FTX 的文字。
- ``answered_at``：DTM 137，读法同 ORDRSP；没有时为交换报文的时刻。
""",
    "feeds/edifact_contrl": """\
EDIFACT CONTRL：伙伴能否读取我方发送的报文。

只表示已收到且格式正确，不表示同意。所列的每份报文（UCM）一行；没有列出任何报文的交换报文或功能组各一行。

- ``interchange_ref`` 为 UCI 的 0020，即我方 UNB 的参考号；``set_ref`` 为 UCM 的 0062，即我方 UNH 的参考号；没有 UCM 时仍为交换报文的参考号。
- 动作代码 4 为 R；7 和 8（仅收到）为 A。上级优先：UCI 为 4 时，不论 UCM 如何，所有报文均被拒绝。
- UCI 或 UCF 为接受（7）却只列出被拒绝的报文，即表示其余均已接受：交换报文另有一行，为 P。
- ``reason``：错误代码及位置，如“UCM 13 UNT, UCS 4, UCD 12 3:2”。CONTRL 不复制任何数据，因此不含任何人的信息。
- ``acknowledged_at``：CONTRL 所在交换报文的日期和时间。
""",
    "feeds/edifact_desadv": """\
EDIFACT DESADV：运往节点途中的货物。

每个带 QTY 12 的 LIN 一行；单位不是件时随行保留，QTY 21 须为同一单位，silver 层按 ``units_of_measure`` 换算为件数。

- 通知号为 BGM 的编号。BGM 功能代码为 1 时撤回通知，不论报文其他内容；5 为整份取代；其他为通知。以哪一份为准由 DTM 137 决定（只有日期时，若 UNB 为同一天则取 UNB 的时间），没有时由 UNB 决定，与到达次序无关。
- ``notice_kind`` 取同名选项（"supplier"，除非指定为 "transfer"）。
- 订单：LIN 下的 RFF ON，否则报文的 RFF ON；行号取自该 RFF 本身或 RFF LI。``line_ref`` 为 LIN 的行号；因货物分装多个包装而重复时，第二个为 ``<number>-2``，依此类推。
- 收货方为 NAD DP（否则 ST、CN、UC），发货方为 NAD SF（否则 SH、DEQ、SE、SU）。
- 包装为 LIN 的 SSCC（GIN BJ），否则为其所在 CPS 的 SSCC，再否则为上一层 CPS 的 SSCC；同一层有多个时，均不采用。
- 发出时间：DTM 11，否则 137。预计到达：DTM 17、132、191、358、69 或 67。
- 承运商：TDT 的代码，否则其名称。追踪号：RFF CN，否则 BM、AAS、UCN。
- 批号：GIN BX、RFF BT 或 NB 类的 PIA；到期日：DTM 36、361 或 360。
""",
    "feeds/edifact_invrpt": """\
EDIFACT INVRPT：仓库的盘点库存。

每个 LIN 的每个所读数量一行；按批次盘点时为多行。

- 盘点截止时点为 DTM 366，否则 91 或 137，取第一个带时间的；都没有时取交换报文的时刻：只有日期而没有时间，无法与其间的进出相抵。
- 节点：数量所在的 LOC 18 或 NAD，否则 LIN 所在的，再否则报文的 NAD（WH，否则 GY、SN、DP、SU；选项 ``node_qualifiers`` 可列出其他限定符）。
- QTY：145（实际库存）为 AVAILABLE，口径按配置档案的 ``quantity_basis``；17（在库）和 257（实物盘点）为 AVAILABLE 在库；124 和 20 为 DAMAGED；27、89 和 96（冻结、质检）为 HOLD。其他不读。选项 ``stock_qualifiers`` 可以补充："33=AVAILABLE/available|66=HOLD/on_hand"（33 在 X12 中为可售，在 EDIFACT 中为交货批量）。
- INV：类型 2 的库存为 DAMAGED，3、4 和 5（保税、预留、待检）为 HOLD；带方向（入、出）的数量是库存移动，不读。D.96A 中 INV 在其 QTY 之后，D.01B 中在前。
- 单位不是件时随盘点数保留，silver 层按 ``units_of_measure`` 换算为件数。
- 批号：GIN BX、RFF BT 或 NB 类的 PIA；到期日：DTM 36、361 或 360。
""",
    "feeds/edifact_ordchg": """\
EDIFACT ORDCHG：渠道对已发采购订单的变更。

一份报文为一次变更；报文中任何一处有误，整份隔离。

- BGM：1 或 17 取消订单，5 或 21 以所列各行取代订单，其他为变更；其编号为变更编号。RFF ON 为订单。
- LIN：1 为新增，2 为删除，3 为变更；4（无动作）不产生数据。没有代码时，该行为变更；取代订单时则为新增。QTY 21 为变更后的数量；单位不是件时随行保留，silver 层按 ``units_of_measure`` 换算为件数。
- 每个 LIN 一行；若报文头部写明货物送往何处（NAD DP，否则 ST、CN、UC）、要求加急（BGM 224 为 EXPEDITED）或有备注，另有一行不带行号；没有订单行的变更和取消，只有这样的一行。
- ``line_amount``：价格与数量的读法同 ORDERS；没有数量时取 MOA 203。只有价格时（PRI AAA，否则 AAB，且没有数量）为 ``unit_amount``，即单件价格：整行金额要与原订单合并后才知道。只有价格但按其他单位计价，或在上述非件单位下却按件计价的，为 UNKNOWN_UNIT。
- ``changed_at``：带时间的 DTM 137，否则为交换报文的时刻：只有日期无法判断同一天的两次变更孰先孰后。
""",
    "feeds/edifact_orders": """\
EDIFACT ORDERS：企业渠道的采购订单。

一份报文为一张订单；报文中任何一处有误，整份隔离。目录版本为 D.96A（EANCOM 97）和 D.01B（EANCOM 2002）；其他版本按较接近者读取。服务字符不限，UNB 所列的任何字符集均可。

- BGM：9、7、31、35 或未填为新建，5 为取代，1 为取消；其编号为订单号。224（加急订单）为 EXPEDITED。
- ``ordered_at``：DTM 4，否则 137；只有日期时，若交换报文为同一天则取其时刻，否则取伙伴时区当日开始。``updated_at``：DTM 137；取代或取消而 DTM 137 没有时间时，取交换报文的时刻。
- NAD BY 为买方，DP（否则 ST、CN、UC、BY）为收货方。
- LIN 的数量为 QTY 21（否则 1），以件计；其他单位随行保留，价格即为该单位的价格，silver 层按 ``units_of_measure`` 换算为件数（在此类单位下却按件计价的为 UNKNOWN_UNIT）。商品由 LIN 和 PIA（1、5）给出，见选项 ``sku_qualifiers``。CNT 1 和 2 必须相符。
- 价格：AAB 为毛价，折让（ALC A：MOA 8、23 或 204，或 PCD）从中扣除；AAA 为已扣折让的净价；均按各自的计价单位基数。两者都有时，其差额为折扣。两者都没有时取行金额 MOA 203，再没有则取其他任何价格。MOA 203 须与净价乘数量相符，误差不超过每件半个最小货币单位。税额为 TAX 之后的 MOA 124。
- ``ship_on``：DTM 10（要求发货日期）；``deliver_on``：DTM 2（要求送达日期），否则 64（最早送达日期）。不是日期的会告知发送方并略去。
- ALI 83E、72E、144 或 137，或值为 SC 的 SCC：整单一次发出。

不读：整单的费用和折让（缺少它们会在后续显示为 TOTAL_MISMATCH）、没有金额的税率。一行分送多个地点（LOC 7）时按一行读取，并告知发送方。

选项 ``unpriced`` = "zero"：没有任何价格的行按 0 处理；取消订单的行即是如此。
""",
    "feeds/edifact_ordrsp": """\
EDIFACT ORDRSP：供应商对我方采购订单的答复。

这是业务上的答复，不是读取回执：报文能否读取由 CONTRL 说明。每个答复的 LIN 一行，部分缺货待补时为两行；整份答复的报文为一行。

- 答复编号为 BGM 的编号，我方编号为 RFF ON；有 RFF PP（变更编号）即为对 ORDCHG 的答复。``line_ref`` 为 RFF LI 或 RFF ON 的行号，否则为 LIN 的行号。
- 行代码：LIN 为 5 或 11 是 ACCEPTED，1、3、6、23 或 24 是 CHANGED，7、2 或 10 是 REJECTED，4（无动作）不产生数据。有 PIA 3（替代品）时为 SUBSTITUTED。
- LIN 未注明时：BGM 27 为 REJECTED，12（尚未处理）为 ON_HOLD；否则由数量判断：确认数量（QTY 113，否则 12，再否则 21）少于订购数量（21）为 CHANGED，一件也未确认为 REJECTED；与订购数量相同时按 BGM，未注明则为 ACCEPTED。
- QTY 83 大于零时另有一行 BACKORDERED；一件也未确认时只有这一行。LIN 或 BGM 已拒绝的行不存在待补。
- 整份报文：BGM 29、6 为 ACCEPTED，27 为 REJECTED，12 为 ON_HOLD，4、28、30、34 为 CHANGED；7、9、11、31、35 按 4343：AP、AD 为 ACCEPTED，RE、RD、RJ 为 REJECTED，其他为 CHANGED，未填为 ACCEPTED。
- 价格：PRI AAA，否则 AAB，为单件价格。日期：DTM 67、69 或 17。原因：FTX。
""",
    "feeds/edifact_recadv": """\
EDIFACT RECADV：节点的收货。

每个 LIN、每种库存状态一行。单位不是件时随行保留，同一 LIN 的各 QTY 须为同一单位，silver 层按 ``units_of_measure`` 换算为件数。

- 收货单号为 BGM 的编号；节点为 NAD DP（否则 ST、WH、CN、BY）；订单为 LIN 的 RFF ON，否则报文的 RFF ON，再否则为通知号（AAK、DQ）。
- 收货日期：DTM 50，否则 35、200 或 137；没有时间时只有日期。
- 接受的件数：QTY 194，否则 48（否则 46）减去未接受的数量。未接受的数量由 QTY 或 QVR 给出，不论正负：195（退回）为 HOLD，196（待销毁）和 124 为 DAMAGED。计入 48 而两者都未说明的部分为 HOLD。各自另成一行：``<line>-HOLD``、``<line>-DAMAGED``。
- 其他种类的 QVR（与订购数或通知数的差异）不移动库存。
- 批号：GIN BX、RFF BT 或 NB 类的 PIA；到期日：DTM 36、361 或 360。
""",
}
"""Path below ``transforms``, without its ending → text."""
