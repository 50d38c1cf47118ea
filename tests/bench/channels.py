"""Documents of sales channels, as long as they really are, with invented content.

Every maker gives JSON lines, one whole document with all its members a line, and
``PARTS`` rows to a document where it has parts: lines of an order, entries of a
refund, scans of a parcel. Not here: how long they take to read (``feeds``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

PARTS = 4
"""Rows of a document that has parts."""

Document = dict[str, Any]


def instant(number: int, offset: str = "Z") -> str:
    """A second of one day."""
    hour, minute, second = number // 3600 % 24, number // 60 % 60, number % 60
    return f"2017-12-27T{hour:02d}:{minute:02d}:{second:02d}{offset}"


def epoch(number: int) -> int:
    """The same in seconds since 1970."""
    return 1_514_332_800 + number % 86_400


def lines_of(
    make: Callable[[int], Document], parts: int = PARTS
) -> Callable[..., bytes]:
    """A maker of so many rows, ``parts`` to a document."""

    def many(count: int) -> bytes:
        return b"\n".join(orjson.dumps(make(n)) for n in range(count // parts))

    return many


def _numbers(document: int) -> Iterator[int]:
    return iter(range(document * PARTS, (document + 1) * PARTS))


def _dollars(amount: object) -> Document:
    return {"CurrencyCode": "USD", "Amount": amount}


def amazon_spapi(number: int) -> Document:
    """Of ``getOrders`` v0 with ``getOrderItems``."""
    place = {"City": "Albany", "StateOrRegion": "NY", "PostalCode": "12201"}
    return {
        "AmazonOrderId": f"902-{number:07d}-{number:07d}",
        "PurchaseDate": instant(number),
        "LastUpdateDate": instant(number),
        "OrderStatus": "Unshipped",
        "FulfillmentChannel": "MFN",
        "SalesChannel": "Amazon.com",
        "ShipServiceLevel": "Std US D2D Dom",
        "OrderTotal": _dollars("45.16"),
        "NumberOfItemsShipped": 0,
        "NumberOfItemsUnshipped": PARTS,
        "PaymentMethod": "Other",
        "PaymentMethodDetails": ["Standard"],
        "IsReplacementOrder": False,
        "MarketplaceId": "ATVPDKIKX0DER",
        "ShipmentServiceLevelCategory": "Standard",
        "OrderType": "StandardOrder",
        "EarliestShipDate": instant(number),
        "LatestShipDate": instant(number),
        "EarliestDeliveryDate": instant(number),
        "LatestDeliveryDate": instant(number),
        "IsBusinessOrder": False,
        "IsPrime": False,
        "IsGlobalExpressEnabled": False,
        "IsPremiumOrder": False,
        "IsSoldByAB": False,
        "IsIBA": False,
        "ShippingAddress": {
            "Name": "Ada Example",
            "AddressLine1": f"{number} Sample Street",
            "AddressLine2": "Unit 2",
            **place,
            "CountryCode": "US",
            "Phone": "+1 555-0100",
            "AddressType": "Residential",
        },
        "BuyerInfo": {"BuyerEmail": f"ada{number}@example.com", "BuyerName": "Ada"},
        "DefaultShipFromLocationAddress": {
            "Name": "Example Ltd",
            "AddressLine1": "2 Sample Road",
            **place,
            "CountryCode": "US",
            "Phone": "+1 555-0101",
            "AddressType": "Commercial",
        },
        "FulfillmentInstruction": {"FulfillmentSupplySourceId": "sampleId"},
        "IsISPU": False,
        "IsAccessPointOrder": False,
        "AutomatedShippingSettings": {"HasAutomatedShippingSettings": False},
        "OrderItems": [_amazon_item(n) for n in _numbers(number)],
    }


def _amazon_item(number: int) -> Document:
    return {
        "ASIN": f"B{number:09d}",
        "OrderItemId": f"{5_015_851_000_000 + number:014d}",
        "SellerSKU": str(800_000 + number % 90_000),
        "Title": "SOUP TOMATO CONDENSED",
        "QuantityOrdered": number % 3 + 1,
        "QuantityShipped": 0,
        "ProductInfo": {"NumberOfItems": "1"},
        "ItemPrice": _dollars(f"{number % 9}.29"),
        "ItemTax": _dollars("0.08"),
        "ShippingPrice": _dollars("1.50"),
        "ShippingTax": _dollars("0.12"),
        "ShippingDiscount": _dollars("0.00"),
        "PromotionDiscount": _dollars("0.10"),
        "PromotionDiscountTax": _dollars("0.00"),
        "PromotionIds": ["SAMPLE"],
        "IsGift": "false",
        "ConditionId": "New",
        "ConditionSubtypeId": "New",
        "IsTransparency": False,
        "BuyerInfo": {},
        "BuyerRequestedCancel": {"IsBuyerRequestedCancel": "false"},
    }


def amazon_2026(number: int) -> Document:
    """Of ``searchOrders`` 2026-01-01."""
    return {
        "orderId": f"902-{number:07d}-{number:07d}",
        "createdTime": instant(number),
        "lastUpdatedTime": instant(number),
        "programs": ["PRIME"],
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": "ATVPDKIKX0DER"},
        "buyer": {"buyerName": "Ada", "buyerEmail": f"ada{number}@example.com"},
        "recipient": {
            "deliveryAddress": {
                "name": "Ada Example",
                "addressLine1": f"{number} Sample Street",
                "city": "Albany",
                "stateOrRegion": "NY",
                "postalCode": "12201",
                "countryCode": "US",
                "phone": "555-0100",
            }
        },
        "proceeds": {"grandTotal": _money("45.16")},
        "fulfillment": {
            "fulfillmentStatus": "UNSHIPPED",
            "fulfilledBy": "MERCHANT",
            "fulfillmentServiceLevel": "STANDARD",
        },
        "orderItems": [_amazon_2026_item(n) for n in _numbers(number)],
    }


def _money(amount: str) -> Document:
    return {"amount": amount, "currencyCode": "USD"}


def _amazon_2026_item(number: int) -> Document:
    parts = {"ITEM": f"{number % 9}.29", "DISCOUNT": "-0.10", "SHIPPING": "1.50"}
    taxed = {"ITEM": "0.08", "SHIPPING": "0.12"}
    tax = {
        "type": "TAX",
        "subtotal": _money("0.20"),
        "detailedBreakdowns": [
            {"subtype": kind, "value": _money(amount)} for kind, amount in taxed.items()
        ],
    }
    return {
        "orderItemId": f"{5_015_851_000_000 + number:014d}",
        "quantityOrdered": number % 3 + 1,
        "product": {
            "asin": f"B{number:09d}",
            "title": "SOUP TOMATO CONDENSED",
            "sellerSku": str(800_000 + number % 90_000),
            "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
            "price": {"unitPrice": _money(f"{number % 9}.29")},
        },
        "proceeds": {
            "proceedsTotal": _money("10.00"),
            "breakdowns": [
                *({"type": kind, "subtotal": _money(a)} for kind, a in parts.items()),
                tax,
            ],
        },
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": number % 3 + 1},
    }


def walmart(number: int) -> Document:
    """Of ``getAllOrders`` in the United States."""
    return {
        "purchaseOrderId": str(1_796_277_000_000 + number),
        "customerOrderId": str(5_281_956_000_000 + number),
        "customerEmailId": f"ada{number}@example.com",
        "orderType": "REGULAR",
        "orderDate": epoch(number) * 1000,
        "buyerId": "1f2f70fb-e99a-45a1-aaa8-000000000000",
        "mart": "Walmart.com",
        "isGuest": False,
        "shippingInfo": {
            "phone": "5550100",
            "estimatedDeliveryDate": epoch(number) * 1000,
            "estimatedShipDate": epoch(number) * 1000,
            "methodCode": "Standard",
            "postalAddress": {
                "name": "Ada Example",
                "address1": f"{number} Sample Street",
                "address2": None,
                "city": "Albany",
                "state": "NY",
                "postalCode": "12201",
                "country": "USA",
                "addressType": "RESIDENTIAL",
            },
        },
        "orderLines": {"orderLine": [_walmart_line(n) for n in _numbers(number)]},
        "shipNode": {"type": "SellerFulfilled", "name": "Example", "id": "1"},
    }


def _walmart_line(number: int) -> Document:
    charges = (
        ("PRODUCT", "ItemPrice", number % 9 + 0.29, 0.08),
        ("SHIPPING", "Shipping", 2.99, 0.24),
    )
    each = {"unitOfMeasurement": "EACH", "amount": str(number % 3 + 1)}
    return {
        "lineNumber": str(number % PARTS + 1),
        "item": {
            "productName": "SOUP TOMATO CONDENSED",
            "sku": str(800_000 + number % 90_000),
            "imageUrl": "https://images.example.com/soup.jpeg",
            "weight": {"value": "0.438", "unit": "Pounds"},
        },
        "charges": {
            "charge": [
                {
                    "chargeType": kind,
                    "chargeName": name,
                    "chargeAmount": {"currency": "USD", "amount": amount},
                    "tax": {
                        "taxName": "Tax1",
                        "taxAmount": {"currency": "USD", "amount": tax},
                    },
                }
                for kind, name, amount, tax in charges
            ]
        },
        "orderLineQuantity": each,
        "statusDate": epoch(number) * 1000,
        "orderLineStatuses": {
            "orderLineStatus": [
                {
                    "status": "Created",
                    "statusQuantity": each,
                    "cancellationReason": None,
                    "trackingInfo": None,
                }
            ]
        },
        "refund": None,
        "originalCarrierMethod": "20",
        "referenceLineId": "123456",
        "fulfillment": {
            "fulfillmentOption": "S2H",
            "shipMethod": "STANDARD",
            "storeId": None,
            "offerId": "123456789123456789ABC",  # pragma: allowlist secret
            "pickUpDateTime": epoch(number) * 1000,
            "pickUpBy": None,
        },
    }


def woocommerce(number: int) -> Document:
    """Of the REST API v3."""
    address = {
        "first_name": "Ada",
        "last_name": "Example",
        "company": "",
        "address_1": f"{number} Sample Street",
        "address_2": "",
        "city": "Albany",
        "state": "NY",
        "postcode": "12201",
        "country": "US",
    }
    mail = {"email": f"ada{number}@example.com", "phone": "555-0100"}
    at = instant(number, "")
    taxes = {"discount_tax": "0.00", "shipping_tax": "0.00", "cart_tax": "0.32"}
    return {
        "id": 700_000 + number,
        "parent_id": 0,
        "number": str(700_000 + number),
        "order_key": "wc_order_58d2d042d1d",
        "created_via": "checkout",
        "version": "8.0.0",
        "status": "processing",
        "currency": "USD",
        "date_created": at,
        "date_created_gmt": at,
        "date_modified": at,
        "date_modified_gmt": at,
        "discount_total": "0.40",
        "shipping_total": "10.00",
        **taxes,
        "total": "29.35",
        "total_tax": "0.32",
        "prices_include_tax": False,
        "customer_id": 26 + number,
        "customer_ip_address": "",
        "customer_user_agent": "",
        "customer_note": "",
        "billing": address | mail,
        "shipping": address,
        "payment_method": "bacs",
        "payment_method_title": "Direct Bank Transfer",
        "transaction_id": "",
        "date_paid": at,
        "date_paid_gmt": at,
        "date_completed": None,
        "date_completed_gmt": None,
        "cart_hash": "",
        "meta_data": [{"id": 1, "key": "_download_permissions", "value": "yes"}],
        "line_items": [_woocommerce_item(n) for n in _numbers(number)],
        "tax_lines": [
            {"id": 318, "rate_code": "US-NY-STATE TAX", "tax_total": "0.32"},
        ],
        "shipping_lines": [
            {
                "id": 317,
                "method_title": "Flat Rate",
                "method_id": "flat_rate",
                "total": "10.00",
                "total_tax": "0.00",
                "taxes": [],
                "meta_data": [],
            }
        ],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        "_links": {"self": [{"href": "https://shop.example.com/wp-json/wc/v3"}]},
    }


def _woocommerce_item(number: int) -> Document:
    amount = f"{number % 9 + 1}.29"
    return {
        "id": 300_000 + number,
        "name": "SOUP TOMATO CONDENSED",
        "product_id": 93,
        "variation_id": 0,
        "quantity": number % 3 + 1,
        "tax_class": "",
        "subtotal": amount,
        "subtotal_tax": "0.08",
        "total": amount,
        "total_tax": "0.08",
        "taxes": [{"id": 75, "total": "0.08", "subtotal": "0.08"}],
        "meta_data": [],
        "sku": str(800_000 + number % 90_000),
        "price": number % 9 + 1.29,
    }


def shipbob(number: int) -> Document:
    """Of ``order``, with one shipment."""
    at, numbers = instant(number), range(number * PARTS, (number + 1) * PARTS)
    shipment = {
        "id": 70_000_000 + number,
        "order_id": 9_000_000 + number,
        "reference_id": f"FO-{number}",
        "status": "Completed",
        "actual_fulfillment_date": at,
        "estimated_fulfillment_date": at,
        "last_update_at": at,
        "ship_option": "Standard",
        "package_material_type": "Box",
        "location": {"id": 8, "name": "Cicero (IL)"},
        "measurements": {"total_weight_oz": 12, "length_in": 5, "width_in": 5},
        "products": [_shipbob_product(n) for n in numbers],
        "recipient": {"name": "Ada Example", "email": f"ada{number}@example.com"},
        "tracking": {
            "carrier": "USPS",
            "scac": "USPS",
            "tracking_number": f"TRACK-{number}",
            "tracking_url": "https://track.example.com/1",
        },
    }
    return {
        "id": 9_000_000 + number,
        "created_date": at,
        "purchase_date": at,
        "reference_id": f"FO-{number}",
        "order_number": f"#{number}",
        "status": "Fulfilled",
        "type": "DTC",
        "channel": {"id": 1, "name": "Sample Shop"},
        "shipping_method": "Standard",
        "recipient": {
            "name": "Ada Example",
            "address": {"address1": "1 Sample Street", "city": "Albany"},
            "email": f"ada{number}@example.com",
        },
        "products": [
            {
                "id": n % 90_000,
                "sku": str(800_000 + n % 90_000),
                "reference_id": str(800_000 + n % 90_000),
                "quantity": n % 3 + 1,
                "unit_price": 1.29,
                "external_line_id": n % PARTS + 1,
            }
            for n in numbers
        ],
        "tags": [],
        "shipments": [shipment],
    }


def _shipbob_product(number: int) -> Document:
    return {
        "id": number % 90_000,
        "sku": str(800_000 + number % 90_000),
        "name": "SOUP TOMATO CONDENSED",
        "reference_id": str(800_000 + number % 90_000),
        "inventory_items": [
            {
                "id": number % 90_000,
                "name": "SOUP",
                "lot": "L-1",
                "quantity": number % 3 + 1,
                "serial_numbers": [],
            }
        ],
    }


def _both(amount: str) -> Document:
    shop = {"amount": amount, "currency_code": "USD"}
    return {"shop_money": shop, "presentment_money": shop}


def refunds(number: int) -> Document:
    """Of Shopify's REST API."""
    at = instant(number, "-05:00")
    return {
        "id": 8_000_000_000 + number,
        "order_id": 4_500_000_000_000 + number,
        "created_at": at,
        "processed_at": at,
        "note": "arrived late",
        "restock": True,
        "user_id": 799_000_001,
        "duties": [],
        "refund_line_items": [_refunded(n) for n in _numbers(number)],
        "refund_shipping_lines": [],
        "order_adjustments": [],
        "transactions": [transactions(number) | {"kind": "refund"}],
    }


def _refunded(number: int) -> Document:
    return {
        "id": 680_000_000 + number,
        "line_item_id": 6_000_000_000_000 + number,
        "location_id": 730_001,
        "quantity": 1,
        "restock_type": "return",
        "subtotal": 1.29,
        "subtotal_set": _both("1.29"),
        "total_tax": 0.08,
        "total_tax_set": _both("0.08"),
        "line_item": {
            "id": 6_000_000_000_000 + number,
            "variant_id": 447_654_529,
            "title": "SOUP TOMATO CONDENSED",
            "quantity": 2,
            "sku": str(800_000 + number % 90_000),
            "vendor": "Example",
            "fulfillment_service": "manual",
            "product_id": 788_032_119,
            "requires_shipping": True,
            "taxable": True,
            "gift_card": False,
            "name": "SOUP TOMATO CONDENSED",
            "properties": [],
            "product_exists": True,
            "fulfillable_quantity": 2,
            "grams": 305,
            "price": "1.29",
            "total_discount": "0.00",
            "fulfillment_status": None,
            "price_set": _both("1.29"),
            "total_discount_set": _both("0.00"),
            "discount_allocations": [],
            "duties": [],
            "tax_lines": [{"price": "0.08", "rate": 0.06, "title": "State Tax"}],
        },
    }


def transactions(number: int) -> Document:
    """Of Shopify's REST API."""
    at = instant(number, "-05:00")
    return {
        "id": 5_200_000_000_000 + number,
        "order_id": 4_500_000_000_000 + number,
        "kind": "sale",
        "gateway": "shopify_payments",
        "status": "success",
        "message": "Transaction approved",
        "created_at": at,
        "processed_at": at,
        "test": False,
        "authorization": "auth-EXAMPLE",
        "location_id": None,
        "user_id": None,
        "parent_id": None,
        "device_id": None,
        "error_code": None,
        "source_name": "web",
        "receipt": {"testcase": True},
        "payment_details": {
            "credit_card_bin": None,
            "avs_result_code": None,
            "cvv_result_code": None,
            "credit_card_number": "•••• •••• •••• 4242",
            "credit_card_company": "Visa",
        },
        "amount": f"{number % 90}.80",
        "currency": "USD",
    }


def charges(number: int) -> Document:
    """Of Stripe, paid by card."""
    return {
        "id": f"ch_EXAMPLE{number:014d}",
        "object": "charge",
        "amount": 2580,
        "amount_captured": 2580,
        "amount_refunded": 0,
        "application": None,
        "balance_transaction": f"txn_EXAMPLE{number:014d}",
        "billing_details": {
            "address": {"city": None, "country": None, "postal_code": None},
            "email": f"ada{number}@example.com",
            "name": "Ada Example",
            "phone": None,
        },
        "calculated_statement_descriptor": "EXAMPLE",
        "captured": True,
        "created": epoch(number),
        "currency": "usd",
        "customer": None,
        "description": "Order of Ada Example",
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": True,
        "metadata": {"order_id": str(number)},
        "outcome": {
            "network_status": "approved_by_network",
            "risk_level": "normal",
            "risk_score": 20,
            "type": "authorized",
        },
        "paid": True,
        "payment_intent": f"pi_EXAMPLE{number:014d}",
        "payment_method": "pm_EXAMPLE0001",
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": "visa",
                "checks": {"cvc_check": "pass"},
                "country": "US",
                "exp_month": 8,
                "exp_year": 2026,
                "funding": "credit",
                "last4": "4242",
                "network": "visa",
                "wallet": None,
            },
        },
        "receipt_email": None,
        "receipt_url": "https://pay.example.com/receipts/1",
        "refunded": False,
        "refunds": {"object": "list", "data": [], "has_more": False},
        "shipping": None,
        "source": None,
        "status": "succeeded",
    }


def payment_intents(number: int) -> Document:
    """Of Stripe, with the charge in full."""
    return {
        "id": f"pi_EXAMPLE{number:014d}",
        "object": "payment_intent",
        "amount": 2580,
        "amount_capturable": 0,
        "amount_received": 2580,
        "automatic_payment_methods": {"enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": "pi_EXAMPLE_secret_EXAMPLE",  # pragma: allowlist secret
        "confirmation_method": "automatic",
        "created": epoch(number),
        "currency": "usd",
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": charges(number),
        "livemode": True,
        "metadata": {"order_id": str(number)},
        "payment_method": "pm_EXAMPLE0001",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "receipt_email": None,
        "shipping": None,
        "status": "succeeded",
    }


def balance_transactions(number: int) -> Document:
    """Of Stripe, with the id of what was paid."""
    return {
        "id": f"txn_EXAMPLE{number:014d}",
        "object": "balance_transaction",
        "amount": 2580,
        "available_on": epoch(number),
        "created": epoch(number),
        "currency": "usd",
        "description": "Payment by Ada Example",
        "exchange_rate": None,
        "fee": 105,
        "fee_details": [
            {
                "amount": 105,
                "application": None,
                "currency": "usd",
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ],
        "net": 2475,
        "reporting_category": "charge",
        "source": f"ch_EXAMPLE{number:014d}",
        "status": "available",
        "type": "charge",
    }


def tmall(number: int) -> Document:
    """Of ``taobao.trade.fullinfo.get``."""
    at = f"2017-07-28 {number // 3600 % 24:02d}:{number // 60 % 60:02d}:00"
    return {
        "tid": str(500_000_000_000 + number),
        "type": "fixed",
        "status": "WAIT_SELLER_SEND_GOODS",
        "created": at,
        "modified": at,
        "pay_time": at,
        "payment": f"{PARTS * 10}.00",
        "post_fee": "0.00",
        "total_fee": f"{PARTS * 10}.00",
        "discount_fee": "0.00",
        "received_payment": "0.00",
        "num": PARTS,
        "buyer_nick": f"示例买家{number}",
        "buyer_rate": False,
        "buyer_message": "请尽快发货",
        "seller_nick": "示例店铺",
        "seller_flag": 0,
        "receiver_name": "李**",
        "receiver_state": "陕西省",
        "receiver_city": "西安市",
        "receiver_district": "雁塔区",
        "receiver_town": "示例街道",
        "receiver_address": f"示例路{number}号",
        "receiver_zip": "710000",
        "receiver_mobile": "*******0100",
        "shipping_type": "express",
        "trade_from": "WAP,WAP",
        "orders": {"order": [_tmall_order(n) for n in _numbers(number)]},
    }


def _tmall_order(number: int) -> Document:
    return {
        "oid": str(600_000_000_000 + number),
        "num": 2,
        "num_iid": 520_000_000_000,
        "outer_iid": "A-1",
        "outer_sku_id": str(800_000 + number % 90_000),
        "sku_id": "3300000000000",
        "sku_properties_name": "颜色:红色;尺码:M",
        "title": "番茄汤",
        "price": "6.00",
        "payment": "10.00",
        "divide_order_fee": "10.00",
        "total_fee": "10.00",
        "discount_fee": "2.00",
        "adjust_fee": "0.00",
        "part_mjz_discount": "0.00",
        "refund_status": "NO_REFUND",
        "status": "WAIT_SELLER_SEND_GOODS",
        "pic_path": "https://images.example.com/soup.jpg",
        "snapshot_url": "k:500001083_1",
        "buyer_rate": False,
        "seller_rate": False,
        "seller_type": "B",
        "cid": 50_000_000,
    }


def easypost(number: int) -> Document:
    """A tracker with its scans."""
    at = instant(number)
    return {
        "id": f"trk_EXAMPLE{number:024d}",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": f"EZ{number:010d}",
        "status": "in_transit",
        "status_detail": "arrived_at_facility",
        "created_at": at,
        "updated_at": at,
        "signed_by": None,
        "weight": None,
        "est_delivery_date": at,
        "shipment_id": "shp_EXAMPLE0001",
        "carrier": "USPS",
        "tracking_details": [
            {
                "object": "TrackingDetail",
                "message": "Scanned",
                "description": "",
                "status": "in_transit",
                "status_detail": "status_update",
                "datetime": instant(n),
                "source": "USPS",
                "carrier_code": "",
                "tracking_location": {
                    "object": "TrackingLocation",
                    "city": "SPRINGFIELD",
                    "state": "IL",
                    "country": "US",
                    "zip": "62701",
                },
            }
            for n in _numbers(number)
        ],
        "carrier_detail": {
            "object": "CarrierDetail",
            "service": "Ground",
            "container_type": None,
            "est_delivery_date_local": None,
            "destination_location": "SPRINGFIELD IL, 62701",
            "destination_tracking_location": {"city": "SPRINGFIELD", "state": "IL"},
        },
        "finalized": True,
        "is_return": False,
        "public_url": "https://track.example.com/1",
        "fees": [],
    }


def bulk(count: int) -> bytes:
    """A bulk operation of Shopify's GraphQL: orders with their line items below."""
    parts: list[Document] = []
    for number in range(count // PARTS):
        parts.append(_bulk_order(number))
        parts += (_bulk_item(n, number) for n in _numbers(number))
    # As Shopify writes them, slashes escaped.
    return b"\n".join(map(orjson.dumps, parts)).replace(b"gid://", rb"gid:\/\/")


def _bag(amount: str) -> Document:
    shop = {"amount": amount, "currencyCode": "USD"}
    return {"shopMoney": shop, "presentmentMoney": shop}


def _bulk_order(number: int) -> Document:
    at = instant(number)
    return {
        "id": f"gid://shopify/Order/{5_000_000_000_000 + number}",
        "name": f"#{number}",
        "createdAt": at,
        "updatedAt": at,
        "cancelledAt": None,
        "currencyCode": "USD",
        "taxesIncluded": False,
        "displayFinancialStatus": "PAID",
        "subtotalPriceSet": _bag("24.77"),
        "totalPriceSet": _bag("33.25"),
        "note": None,
        "email": f"ada{number}@example.com",
        "phone": None,
        "tags": ["vip"],
        "customer": {
            "id": f"gid://shopify/Customer/{7_300_000_000_000 + number}",
            "firstName": "Ada",
            "lastName": "Example",
            "email": f"ada{number}@example.com",
            "phone": "+15550100",
        },
        "shippingAddress": {
            "name": "Ada Example",
            "address1": f"{number} Sample Street",
            "address2": "Unit 2",
            "city": "Albany",
            "provinceCode": "NY",
            "zip": "12201",
            "countryCodeV2": "US",
            "phone": "+15550100",
        },
        "shippingLine": {"code": "UPS Ground", "discountedPriceSet": _bag("6.5")},
    }


def _bulk_item(number: int, order: int) -> Document:
    return {
        "id": f"gid://shopify/LineItem/{6_000_000_000_000 + number}",
        "sku": str(800_000 + number % 90_000),
        "title": "SOUP TOMATO CONDENSED",
        "quantity": number % 3 + 1,
        "originalUnitPriceSet": _bag(f"{number % 9}.29"),
        "discountAllocations": [{"allocatedAmountSet": _bag("0.1")}],
        "taxLines": [{"priceSet": _bag("0.08")}],
        "__parentId": f"gid://shopify/Order/{5_000_000_000_000 + order}",
    }
