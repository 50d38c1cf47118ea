"""What is told in one line instead of a traceback.

Light on purpose: the command line knows a refusal without loading what refused.
"""

from __future__ import annotations


class RefusalError(RuntimeError):
    """What was asked cannot be done; the message says why and what to do."""
