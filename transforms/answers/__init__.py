"""What a partner is told about its files: receipts and error reports.

Not here: answers on the wire in X12 and EDIFACT (``transforms.edi``), and orders
to ship (``transforms.instructions``).
"""
