"""EDIFACT in and out: characters, interchanges, maps, bodies, CONTRL.

Reads the messages that the maps in ``directories`` describe, of directory D.96A
(EANCOM 97) and D.01B (EANCOM 2002), in syntax versions 1 to 4. Shares with X12
what is the same trade: findings, card numbers, rows. Not here: what a message
means to us; ``transforms.feeds`` and ``transforms.instructions`` know that.
"""
