"""What the outbound formats share.

Not here: any format. Folders in ``transforms.instructions`` are never formats.
"""
