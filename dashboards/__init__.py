"""Pages for managers: they read the published serving copy and nothing else.

``queries`` alone opens files and speaks SQL; ``app_pages`` arrange, ``widgets``
draw, ``charts`` are pure functions, ``texts`` holds every word in two languages.
Nothing here writes, and nothing here knows the lake, its catalog or the vault.
"""
