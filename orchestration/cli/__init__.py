"""``orderhouse …``: one file a group of commands.

``main.py`` only routes; nothing heavy is imported before a command needs it.
"""
