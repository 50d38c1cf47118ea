"""The logger ``steps``: tells the command line which step runs, nothing more.

Dagster's own console logger prints every event; the command line asks for
this one instead and shows progress.
"""

import logging

import dagster as dg

NAME = "orderhouse.steps"


@dg.logger({}, description="Records without output; the command line listens.")
def steps(_context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that propagates nowhere."""
    logger = logging.getLogger(NAME)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


@dg.definitions
def loggers() -> dg.Definitions:
    """The logger under the name that runs ask for."""
    return dg.Definitions(loggers={"steps": steps})
