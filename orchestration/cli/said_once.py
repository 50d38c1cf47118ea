"""Commands that refuse an option that is told twice: one of the two would be lost."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand


class SaidOnce(TyperCommand):
    """A command whose options stand once, but for those that may be repeated."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 typer's own Click
        """As any command, after a look at what stands twice.

        Raises:
            BadParameter: an option does that takes one value.
        """
        # Click keeps the last of them without a word.
        _, _, told = self.make_parser(ctx).parse_args(args=[*args])
        for option in self.params:
            is_flag = getattr(option, "is_flag", False)
            may_stand_twice = is_flag or getattr(option, "multiple", False)
            if told.count(option) > 1 and not may_stand_twice:
                name = f"'{option.opts[0]}'"
                raise typer.BadParameter(
                    "it stands twice: tell it once", ctx, None, name
                )
        return super().parse_args(ctx, args)
