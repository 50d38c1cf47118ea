"""An error report as JSON: for the partner's own programs."""

from __future__ import annotations

import json

from transforms.answers.report import FileReport, headline, spoken


def render(found: FileReport, language: str = "en") -> bytes:
    """The report's bytes: the head and ``findings``, keys in a fixed order."""
    content = headline(found) | {
        "findings_left_out": found.left_out,
        "findings": [spoken(finding, language) for finding in found.findings],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
