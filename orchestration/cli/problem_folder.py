"""The folders of ``orderhouse allocate``: a problem's, and that of its result."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.cli.failures import CommandError
from orchestration.resources.files import write_atomically
from transforms.allocation.kernel.tables import KEYS, ProblemError, parameters

PARAMETERS = "params.json"
PROBLEM_FILES = (*[f"{name}.parquet" for name in sorted(KEYS)], PARAMETERS)

CERTIFICATE = "certificate.json"
RESULTS = ("allocations", "orders", "prices", "trace")
"""What a run may write, each as Parquet; its certificate is written last."""

PRICE_COLUMNS = ("resource", "sku_id", "node_id", "price_milli")

FORMAT = "docs/allocation.md says what a problem's folder holds"


def read_problem(folder: Path) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """The frames and parameters of a problem's folder.

    Raises:
        CommandError: a file is missing or cannot be read, or a parameter is not
            what it may be.
    """
    if not folder.is_dir():
        what = "a file" if folder.exists() else "no such folder"
        raise CommandError(f"{folder}: {what}: name the problem's folder; {FORMAT}")
    for name in PROBLEM_FILES:
        if not (folder / name).is_file():
            raise CommandError(f"{folder / name}: missing; {FORMAT}")
    frames = {name: _parquet(folder / f"{name}.parquet") for name in KEYS}
    path = folder / PARAMETERS
    try:
        params = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: no JSON: {error}") from error
    if not isinstance(params, dict):
        raise CommandError(f"{path}: an object is expected; {FORMAT}")
    try:
        parameters(params)
    except ProblemError as error:
        raise CommandError(f"{folder}: {error}") from error
    return frames, params


def input_hash(folder: Path) -> str:
    """sha256 over the names and bytes of the problem's files."""
    whole = hashlib.sha256()
    for name in PROBLEM_FILES:
        content = (folder / name).read_bytes()
        whole.update(f"{name} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def read_prices(path: Path) -> pl.DataFrame:
    """The prices of an earlier run.

    Raises:
        CommandError: it is missing, or holds no prices.
    """
    remedy = (
        "name the prices.parquet that an earlier run with --mode best wrote,"
        " or leave --prices out"
    )
    if not path.is_file():
        raise CommandError(f"--prices {path}: no such file: {remedy}")
    told = _parquet(path)
    for column in PRICE_COLUMNS:
        kind = told.schema.get(column)
        is_right = kind == pl.String if column == "resource" else _is_whole(kind)
        if kind is None or not is_right:
            what = f"{kind} does not belong there" if kind else "missing"
            raise CommandError(f"{path}: column {column}: {what}: {remedy}")
    return told


def refuse_out(problem: Path, out: Path) -> None:
    """Raise where a result cannot be written, or would take a problem's place.

    Raises:
        CommandError: with another folder as remedy.
    """
    remedy = "name a folder of the result's own with --out"
    first = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not first.is_dir():
        raise CommandError(f"--out {out}: {first} is a file: {remedy}")
    if not os.access(first, os.W_OK | os.X_OK):
        raise CommandError(f"--out {out}: {first} may not be written to: {remedy}")
    if _is_same(out, problem) or (out / PARAMETERS).exists():
        raise CommandError(
            f"--out {out}: a problem's folder, whose orders.parquet would be"
            f" overwritten: {remedy}"
        )
    for name in PROBLEM_FILES:
        for written in (*[f"{result}.parquet" for result in RESULTS], CERTIFICATE):
            if _is_same(out / written, problem / name):
                raise CommandError(
                    f"--out {out}: its {written} is {problem / name} itself: {remedy}"
                )


def write_result(
    out: Path, files: Mapping[str, pl.DataFrame], told: Mapping[str, Any]
) -> None:
    """Write a result in place of an earlier one.

    The earlier certificate goes first and the new one comes last: where there is one,
    all beside it is of the same run. Nothing but files of these names is touched.

    Raises:
        CommandError: a file cannot be written.
    """
    try:
        (out / CERTIFICATE).unlink(missing_ok=True)
        for name in RESULTS:
            path = out / f"{name}.parquet"
            if name in files:
                content = BytesIO()
                files[name].write_parquet(content)
                write_atomically(path, content.getvalue())
            else:
                path.unlink(missing_ok=True)
        certificate = json.dumps(told, indent=1).encode() + b"\n"
        write_atomically(out / CERTIFICATE, certificate)
    except OSError as error:
        raise CommandError(
            f"--out {out}: {error.strerror or error}: make room and let it be written"
            " to, or name another folder; what lies there is not whole"
        ) from error


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file or folder, whatever they are called."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _is_whole(kind: pl.DataType | None) -> bool:
    # Without a price of stock no row has a SKU.
    return kind is not None and (kind.is_integer() or kind == pl.Null)


def _parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CommandError(f"{path}: no Parquet file: {error}") from error
