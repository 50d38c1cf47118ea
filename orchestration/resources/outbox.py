"""The outbox: exact bytes under a control number, delivered once.

Bytes are stored (encrypted, they name people) before the run commits and
delivered after it; a crash in between is mended by delivering what is
committed and not yet there. A re-send is the same bytes under the same number.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from cryptography.exceptions import InvalidTag

from orchestration.resources.files import write_atomically
from orchestration.resources.home import Home
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.numbering import too_close
from orchestration.resources.partners import PartnerProfile
from orchestration.resources.refusal import RefusalError
from orchestration.resources.run import Run
from orchestration.resources.vault import NONCE_BYTES, Vault
from transforms.contracts.arrivals import ANSWER_FILES
from transforms.contracts.decisions import OUTBOX_FILES
from transforms.contracts.profile import Payload
from transforms.contracts.table import Table

STORE = ".sent"
ANSWERS = "answers/"
"""Folder of a partner's outbox for receipts and reports."""

File = Mapping[str, Any]
"""A row of OUTBOX_FILES or ANSWER_FILES."""

NOT_NOTED = """
    run_id in (select run_id from lake.decisions.runs)
    and (partner_id, '{prefix}' || file_name, sha256) not in (
        select (partner_id, file_name, sha256)
        from lake.instructions.file_deliveries
        where event_type = 'DELIVERED'
    )
"""


class OutboxError(RefusalError):
    """A file of the same name left with other bytes."""


class Outbox:
    """What leaves the house, as files per partner."""

    def __init__(self, home: Home, lake: Lakehouse, vault: Vault) -> None:
        """The outbox of a house."""
        self._folder = home.outbox
        self._lake = lake
        self._vault = vault

    def next_control_no(self, partner: PartnerProfile) -> int:
        """1 + the newest control number towards the partner: no gaps, no repeats.

        Where none is on record, the first one that its profile names.

        Raises:
            OutboxError: that one would run into numbers of answers.
        """
        newest = self.newest_no(OUTBOX_FILES, partner.partner_id)
        if newest is not None:
            return newest + 1
        said = self.newest_no(ANSWER_FILES, partner.partner_id)
        _refuse_meeting(partner, partner.first_control_no, said)
        return partner.first_control_no

    def next_answer_no(self, partner: PartnerProfile) -> int:
        """1 + the newest number of an answer to the partner, as above.

        A range of its own: what files a partner sends, and how they are cut,
        must not change the numbers of its orders.

        Raises:
            OutboxError: the first one would run into numbers of what we send.
        """
        newest = self.newest_no(ANSWER_FILES, partner.partner_id)
        if newest is not None:
            return newest + 1
        sent = self.newest_no(OUTBOX_FILES, partner.partner_id)
        _refuse_meeting(partner, sent, partner.first_answer_no)
        return partner.first_answer_no

    def newest_no(self, table: Table, partner_id: str) -> int | None:
        """The highest number on record towards a partner, None where there is none.

        Args:
            table: OUTBOX_FILES or ANSWER_FILES.
            partner_id: the partner.
        """
        newest = self._lake.query(
            f"select max(control_ref::bigint) as n from lake.{table.path}"  # noqa: S608
            " where partner_id = ?",
            [partner_id],
        ).item()
        return None if newest is None else int(newest)

    def passed_over(self, partner: PartnerProfile) -> list[str]:
        """First numbers of a profile that came too late: others are on record.

        What is on record counts. To go on at a higher one would leave a gap, which
        the partner takes for files that were lost.
        """
        wanted = (
            ("first_control_no", partner.first_control_no, OUTBOX_FILES),
            ("first_answer_no", partner.first_answer_no, ANSWER_FILES),
        )
        found = (
            (name, first, self.newest_no(table, partner.partner_id))
            for name, first, table in wanted
            if name in partner.model_fields_set
        )
        return [
            f"{partner.partner_id}: {name} {first}, but {newest} is on record"
            for name, first, newest in found
            if newest is not None and newest + 1 < first
        ]

    def store(self, content: bytes) -> str:
        """Keep the exact bytes; returns their sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not (path.exists() and self._vault.has_file_key(sha256)):
            nonce = os.urandom(NONCE_BYTES)
            cipher = self._vault.file_cipher(sha256)
            write_atomically(
                path, nonce + cipher.encrypt(nonce, content, sha256.encode())
            )
        return sha256

    def keep(
        self, run: Run, partner_id: str, format_name: str, payload: Payload
    ) -> pl.DataFrame:
        """Store the bytes of a run's file; its row of OUTBOX_FILES."""
        row = {
            "file_name": payload.name,
            "partner_id": partner_id,
            "format": format_name,
            "control_ref": payload.control_ref,
            "sha256": self.store(payload.content),
            "row_count": payload.row_count,
            "unit_count": payload.unit_count,
            "as_of": run.as_of,
            "run_id": run.run_id,
        }
        return pl.DataFrame([row], schema=OUTBOX_FILES.schema)

    def read(self, sha256: str) -> bytes:
        """The exact bytes of a stored file."""
        cell = self._path(sha256).read_bytes()
        cipher = self._vault.file_cipher(sha256)
        return cipher.decrypt(cell[:NONCE_BYTES], cell[NONCE_BYTES:], sha256.encode())

    def undelivered(self) -> list[File]:
        """Committed files of which no delivery is noted: orders first, then answers.

        Rows of OUTBOX_FILES and ANSWER_FILES; names of answers are as delivered.
        """
        return [
            row | {"file_name": prefix + str(row["file_name"])}
            for table, prefix in ((OUTBOX_FILES, ""), (ANSWER_FILES, ANSWERS))
            for row in self._lake.read(
                table, NOT_NOTED.format(prefix=prefix)
            ).to_dicts()
        ]

    def deliver(self, files: Iterable[File] | None = None) -> list[str]:
        """Put files where partners fetch, unless they lay there before.

        Args:
            files: rows of ``undelivered``; without them all of those.

        Returns:
            Names of the files delivered now, as ``partner/name``.
        """
        return [
            f"{row['partner_id']}/{row['file_name']}"
            for row in (self.undelivered() if files is None else files)
            if self._deliver(row)
        ]

    def sent_bytes(self, row: File) -> bytes:
        """The exact bytes of a file of OUTBOX_FILES.

        Raises:
            OutboxError: they are lost.
        """
        try:
            return self.read(str(row["sha256"]))
        except (OSError, KeyError, InvalidTag) as error:
            raise OutboxError(
                f"the bytes of {row['partner_id']}/{row['file_name']} are not in the"
                " outbox; nothing was sent: restore it from its backup"
            ) from error

    def put_again(self, row: File) -> None:
        """Put a file of OUTBOX_FILES where its partner fetches once more.

        Raises:
            OutboxError: its bytes are lost or others, or others were delivered.
        """
        content = self.sent_bytes(row)
        manifest = self._manifest(row)
        if manifest.exists():
            _refuse_other_bytes(manifest, row)
        write_atomically(manifest.with_name(str(row["file_name"])), content)
        write_atomically(manifest, _note(row))

    def sent(self, run_id: str) -> pl.DataFrame:
        """OUTBOX_FILES of one run."""
        return self._lake.read(OUTBOX_FILES, "run_id = ?", [run_id])

    def _deliver(self, row: File) -> bool:
        manifest = self._manifest(row)
        # The manifest is written last: where it stands, the file stands. A
        # partner takes the file away, never the manifest.
        if manifest.exists():
            _refuse_other_bytes(manifest, row)
            return False
        folder = self._folder / str(row["partner_id"])
        content = self.read(str(row["sha256"]))
        write_atomically(folder / str(row["file_name"]), content)
        write_atomically(manifest, _note(row))
        return True

    def _manifest(self, row: File) -> Path:
        folder = self._folder / str(row["partner_id"])
        return folder / f"{row['file_name']}.manifest.json"

    def _path(self, sha256: str) -> Path:
        return self._folder / STORE / sha256[:2] / sha256


def _refuse_meeting(
    partner: PartnerProfile, control_no: int | None, answer_no: int | None
) -> None:
    """Refuse to begin a count that the other one, as recorded, is in the way of."""
    if control_no is None or answer_no is None:
        return
    if fault := too_close(control_no, answer_no):
        raise OutboxError(
            f"{partner.partner_id}/defs.yaml: {fault} (the other is what was used last)"
        )


def _note(row: File) -> bytes:
    """The manifest of a file."""
    facts = ("file_name", "sha256", "row_count", "unit_count", "control_ref")
    note = {name: row[name] for name in facts if name in row}
    return (json.dumps(note, sort_keys=True) + "\n").encode()


def _refuse_other_bytes(manifest: Path, row: File) -> None:
    """Refuse to pass a file by because one of its name was delivered before."""
    delivered = json.loads(manifest.read_bytes())["sha256"]
    if delivered != row["sha256"]:
        raise OutboxError(
            f"{row['partner_id']}/{row['file_name']} was delivered with other bytes"
            f" ({delivered[:12]}, now {str(row['sha256'])[:12]}); nothing was sent:"
            " restore outbox and lake from one backup, then orderhouse rebuild"
        )
