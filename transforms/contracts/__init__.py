"""What the rooms hand each other: tables, documents, profiles.

Not here: how any of it is stored or computed.
"""
