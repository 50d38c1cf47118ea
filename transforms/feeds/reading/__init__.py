"""What the inbound formats share: lines, cells, card numbers, rejects.

Not here: any format. A format is one file in ``transforms.feeds``; folders in
it, like this one, are never taken for a format.
"""
