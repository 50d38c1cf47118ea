"""Formats of payment providers, in 中文: payments, payouts and their money lines."""

from __future__ import annotations

TEXTS = {
    "feeds/shopify_payout_transactions": """\
Shopify Payments 余额交易：构成打款的各笔金额。

每行可以是一笔交易、``{"transaction": …}`` 或 ``{"transactions": […]}``；整个文件是其中之一并分写成多行时也可读取。Shopify 的费用时正时负，以净额减金额为准；``fee`` 的大小与之不同时拒绝。``source_order_id`` 及同类字段为 0 表示没有。``processed_at`` 只有日期时取配置档案时区当日的最初时刻。测试交易不是真实款项，一律拒绝。拒绝记录中的列名沿用 Shopify 的名称。
""",
    "feeds/shopify_payouts": """\
Shopify 打款：到达银行的款项，每次打款一个对象。

每行可以是一次打款、``{"payout": …}`` 或 ``{"payouts": […]}``；整个文件是其中之一并分写成多行时也可读取。费用为汇总（summary）中各项费用之和，扣取为正；没有汇总则没有费用。金额为负表示从银行扣回。拒绝记录中的列名沿用 Shopify 的名称。
""",
    "feeds/shopify_transactions": """\
Shopify 订单交易：授权、扣款、支付和退还的记录。

每行可以是一笔交易、``{"transaction": …}``、``{"transactions": […]}``，或附有 ``transactions`` 的订单；整个文件是其中之一并分写成多行时也可读取。``change`` 为找零，按退款处理。支付方式由支付网关的名称判断，否则带有卡信息的支付为 card；两者都无法判断时为 ``other``。银行卡号只保留末四位。没有 ``currency`` 时取配置档案的币种，没有 ``processed_at`` 时取 ``created_at``。拒绝记录中的列名沿用 Shopify 的名称。
""",
    "feeds/stripe_balance_transactions": """\
Stripe 余额交易：构成打款的各笔金额，每笔一行。

每行可以是一个对象、列表（``{"object": "list", "data": […]}``）或事件；整个文件是其中之一并分写成多行时也可读取，逐个对象处理，但事件列表要么全部读入，要么全部不读。其他种类的对象被拒绝。Stripe 的费用是其收取的金额，在我方记为其负数：净额为金额加费用，不符则拒绝该对象。``source`` 为所结算的支付，打款时为打款号；若发送了完整的 ``source``，则从其 ``metadata`` 读取订单号（``order_id``，或配置档案的选项 ``order_ref_key`` 所指定的键）。描述（description）不保留，因为其中可能有人填写任意内容。金额为 Stripe 的最小货币单位，时刻为 Unix 纪元秒，``available_on`` 为 UTC 日期。
""",
    "feeds/stripe_charges": """\
Stripe 收款（charge）：授权和支付的记录，每笔一行。

每行可以是一个对象、列表（``{"object": "list", "data": […]}``）或事件；整个文件是其中之一并分写成多行时也可读取，逐个对象处理，但事件列表要么全部读入，要么全部不读。其他种类的对象被拒绝。

- 尚未扣款的 charge 为授权，保留到卡信息中的 ``capture_before``（如有发送）；扣款后成为同一编号的销售，后发的取代先发的。未扣款即退款的 charge 为已取消的授权。Stripe 把部分扣款所释放的金额计为退款：销售以实际扣款为准，所释放的不算退款。
- 金额为 Stripe 的最小货币单位：ISK 和 UGX 带两位小数，且必须为 00；MGA 没有小数。时刻为 Unix 纪元秒；``updated_at`` 为事件的时刻。
- 订单号在 ``metadata`` 的 ``order_id`` 中，或配置档案的选项 ``order_ref_key`` 所指定的键中。测试模式的记录予以标明。姓名和地址不保留。
""",
    "feeds/stripe_payment_intents": """\
Stripe PaymentIntent：授权和支付的记录，每个一行。

每行可以是一个对象、列表（``{"object": "list", "data": […]}``）或事件；整个文件是其中之一并分写成多行时也可读取，逐个对象处理，但事件列表要么全部读入，要么全部不读。其他种类的对象被拒绝。

- ``requires_capture`` 为有效的授权；``succeeded`` 为销售，金额为实收；其余按其 ``capture_method`` 将要形成的种类处理，状态为尚未支付、出错后失败或已取消。只有完整发送 ``latest_charge`` 时才有卡信息和 ``capture_before``。
- 金额为 Stripe 的最小货币单位，时刻为 Unix 纪元秒；``updated_at`` 为事件的时刻，没有时为取消的时刻。
- 订单号在 ``metadata`` 的 ``order_id`` 中，或配置档案的选项 ``order_ref_key`` 所指定的键中。

伙伴应只发送本格式或 ``stripe_charges`` 之一，不要都发：二者是同一笔款项的两个编号。
""",
}
"""Path below ``transforms``, without its ending → text."""
