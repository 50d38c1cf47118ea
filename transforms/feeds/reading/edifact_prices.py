"""Prices, allowances and tax of an item in EDIFACT as line money.

Source:
    EANCOM 97 and 2002, ORDERS: PRI AAA is net of allowances, AAB is not.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from transforms.contracts.currencies import minor_digits
from transforms.edi.edifact.bodies import Body, Row
from transforms.edi.edifact.lines import Line, Lines
from transforms.edi.edifact.values import plain

_NET, _GROSS = "AAA", "AAB"
_OTHERS = ("CAL", "INV", "INF", "AAE", "AAF", "CT", "CON")
_ALLOWANCES = ("8", "204", "23")
_SHARES = ("1", "3", "2", "12")
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
_MILLIONTH = Decimal(1).scaleb(-6)


@lru_cache(maxsize=256)
def coin_of(currency_code: str) -> Decimal:
    """The smallest amount of a currency.

    Example:
        >>> coin_of("EUR"), coin_of("JPY")
        (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1).scaleb(-minor_digits(currency_code))


def money(line: Line, coin: Decimal) -> Decimal:
    """The amount of a MOA.

    Raises:
        FaultError: it is negative or finer than the coin.
    """
    amount = Decimal(plain(line.text(1, 2)))
    if amount < 0 or amount != _rounded(amount, coin):
        raise line.fault(1, "BAD_AMOUNT", component=2)
    return amount


def unit_price(line: Line) -> Decimal:
    """A PRI's price of one each: its price over its unit price basis.

    Raises:
        FaultError: no price, a negative one, or a basis of zero.
    """
    if not line.text(1, 2) or line.text(1, 2).startswith("-"):
        raise line.fault(1, "BAD_AMOUNT", component=2)
    price = _quotient(line.text(1, 2), line.text(1, 5) or "1")
    if price is None:
        raise line.fault(1, "BAD_QTY", "unit price basis", 5)
    return price


def refuse_prices_by_piece(
    item: Lines, qty: Line, unit: str | None, body: Body
) -> None:
    """Refuse an item counted in a unit and priced by pieces of unknown number.

    Args:
        item: its lines from LIN on.
        qty: its quantity.
        unit: of the quantity, None for pieces.
        body: of the message.

    Raises:
        FaultError: a PRI says that it is for pieces, the quantity is of a unit.
    """
    if unit and any(_is_by_piece(price, body) for price in item.named("PRI")):
        raise qty.fault(1, "UNKNOWN_UNIT", f"{unit}, priced by pieces", 3)


def _is_by_piece(price: Line, body: Body) -> bool:
    return bool(price.text(1, 6)) and body.unit(price, 6) is None


@lru_cache(maxsize=65536)
def _quotient(price: str, basis: str) -> Decimal | None:
    pieces = Decimal(plain(basis))
    return Decimal(plain(price)) / pieces if pieces > 0 else None


def unit_price_text(line: Line) -> str:
    """``unit_price`` as sent, or to six decimals where it is of several.

    Raises:
        FaultError: no price, a negative one, or a basis of zero.
    """
    price = unit_price(line)
    if Decimal(plain(line.text(1, 5) or "1")) == 1:
        return plain(line.text(1, 2))
    return format(price.quantize(_MILLIONTH, ROUND_HALF_UP).normalize(), "f")


def line_money(item: Lines, qty: int, currency_code: str, *, may_be_free: bool) -> Row:
    """``line_amount``, ``discount_amount`` and ``tax_amount`` of an item.

    Args:
        item: its lines from LIN on.
        qty: eaches, above zero.
        currency_code: gives the coin.
        may_be_free: whether an item without any price is taken at 0.

    Raises:
        FaultError: no price, a bad one, or amounts that contradict each other.
    """
    coin = coin_of(currency_code)
    amount, discount = _amounts(item, qty, coin, may_be_free=may_be_free)
    taxes = _taxes(item)
    tax = sum((money(line, coin) for line in taxes), _ZERO) if taxes else _ZERO
    return {
        "line_amount": spelled(amount, coin),
        "discount_amount": spelled(discount, coin),
        "tax_amount": spelled(tax, coin),
    }


@lru_cache(maxsize=65536)
def spelled(amount: Decimal, coin: Decimal) -> str:
    """An amount in the currency's own precision."""
    return format(_rounded(amount, coin), "f")


def _amounts(
    item: Lines, qty: int, coin: Decimal, *, may_be_free: bool
) -> tuple[Decimal, Decimal]:
    """(before discount, discount) of a whole line."""
    gross, net = item.best("PRI", _GROSS), item.best("PRI", _NET)
    if gross:
        return _gross_and_discount(item, gross, net, qty, coin)
    stated = _stated(item)
    price = net or (None if stated else item.best("PRI", *_OTHERS))
    if price:
        whole = _rounded(unit_price(price) * qty, coin)
        return _agreed(whole, stated, qty, coin), _ZERO
    if stated is None and not may_be_free:
        raise item[0].fault(0, "MISSING_VALUE", "no PRI or MOA 203")
    return (money(stated, coin) if stated else _ZERO), _ZERO


def _gross_and_discount(
    item: Lines, gross: Line, net: Line | None, qty: int, coin: Decimal
) -> tuple[Decimal, Decimal]:
    whole = _rounded(unit_price(gross) * qty, coin)
    if net:
        discount = whole - _rounded(unit_price(net) * qty, coin)
    else:
        discount = _allowances(item, whole, coin)
    if not 0 <= discount <= whole:
        raise gross.fault(1, "BAD_AMOUNT", "gross and net contradict", 2)
    return whole, discount


def _agreed(whole: Decimal, stated: Line | None, qty: int, coin: Decimal) -> Decimal:
    """What the sender says the line comes to, if its price says so too.

    A price is rounded to the coin before it is sent, so the product may be off
    by half a coin an each.
    """
    if stated is None:
        return whole
    said = money(stated, coin)
    if abs(said - whole) > coin * (qty + 1) / 2:
        raise stated.fault(1, "BAD_AMOUNT", "not price times quantity", 2)
    return said


def _stated(item: Lines) -> Line | None:
    """The line amount, not that of a group that has amounts of its own."""
    if not item.named("MOA"):
        return None
    return item.until("ALC", "TAX", "PAT").best("MOA", "203")


def _allowances(item: Lines, whole: Decimal, coin: Decimal) -> Decimal:
    """What the ALC A of an item take off, one after the other."""
    total = _ZERO
    for group in item.groups("ALC", "TAX"):
        if group[0].name == "ALC" and group[0].text(1) == "A":
            total += _allowance(group, whole - total, coin)
    return total


def _allowance(group: Lines, base: Decimal, coin: Decimal) -> Decimal:
    """The amount of one ALC; where none is sent its percentage of ``base``."""
    amount, share = group.best("MOA", *_ALLOWANCES), group.best("PCD", *_SHARES)
    if amount:
        return money(amount, coin)
    if share:
        return _rounded(base * Decimal(plain(share.text(1, 2))) / _HUNDRED, coin)
    return _ZERO


def _taxes(item: Lines) -> list[Line]:
    """The MOA 124 that stand behind a TAX of the item itself."""
    if not item.named("TAX"):
        return []
    found = item.groups("ALC", "TAX")
    behind = (group.best("MOA", "124") for group in found if group[0].name == "TAX")
    return [line for line in behind if line]


def _rounded(amount: Decimal, coin: Decimal) -> Decimal:
    return amount.quantize(coin, ROUND_HALF_UP)
