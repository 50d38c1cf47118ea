"""Trying again: how often, how long between, and when not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from orchestration.resources.transports.settings import Limits
from orchestration.resources.transports.transport import UnreachableError

if TYPE_CHECKING:
    from stamina import Attempt
    from stamina.instrumentation import RetryDetails

LOG = logging.getLogger(__name__)


def attempts(limits: Limits) -> Iterator[Attempt]:
    """Tries at one piece of work, each a context; cuts are tried again.

    A wait that the other side asks for is kept, unless it is longer than
    ``longest_wait_seconds``: then the work is given up until the next sweep.
    """
    import stamina  # noqa: PLC0415 only who reaches out needs it
    from stamina.instrumentation import set_on_retry_hooks  # noqa: PLC0415 as above

    # Its own hook writes to standard output, which belongs to the command's answer.
    set_on_retry_hooks([_tell])
    return iter(
        stamina.retry_context(
            on=_judge(limits),
            attempts=limits.attempts,
            timeout=None,
            wait_initial=limits.first_wait_seconds,
            wait_max=limits.longest_wait_seconds,
            wait_jitter=limits.first_wait_seconds,
        )
    )


def _tell(details: RetryDetails) -> None:
    LOG.warning("%s; try %d, again", details.caused_by, details.retry_num)


def _judge(limits: Limits) -> Callable[[Exception], bool | float]:
    def again(error: Exception) -> bool | float:
        if not isinstance(error, UnreachableError):
            return False
        if error.wait_seconds is None:
            return True
        is_bearable = error.wait_seconds <= limits.longest_wait_seconds
        return error.wait_seconds if is_bearable else False

    return again
