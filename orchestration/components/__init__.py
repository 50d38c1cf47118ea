"""The shapes a YAML entry under ``defs/`` may take."""

from orchestration.components.bronze import Bronze
from orchestration.components.partner import Partner

__all__ = ["Bronze", "Partner"]
