"""What will sell: daily demand per SKU and its forecast.

Not here: what is on hand (``ledger``), what to buy (``replenishment``).
"""
