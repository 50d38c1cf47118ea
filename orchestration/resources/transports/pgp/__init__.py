"""OpenPGP around any way: sealed files come and go.

Decrypting runs in a process of its own (``unsealing``), so that a file made to
unpack without end meets a wall instead of our disk.
"""
