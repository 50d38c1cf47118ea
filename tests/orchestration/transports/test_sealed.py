"""Sealed files: encrypted and signed both ways, with keys made for the test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pysequoia
import pytest
from pysequoia import Tsk

from orchestration.resources.transports.collect import Collection, collect
from orchestration.resources.transports.folder import FolderTransport
from orchestration.resources.transports.opening import open_transport
from orchestration.resources.transports.pgp.sealed import Keys, SealedTransport
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import FolderSettings, PgpSettings
from orchestration.resources.transports.transport import RefusedError

ORDERS = b"order_ref,sku\n5550101,A-1\n"
LONG_AGO = 1_700_000_000


class Parties:
    """We, the partner, and a stranger; keys of the first two lie in files."""

    def __init__(self, root: Path) -> None:  # noqa: D107
        self.us = Tsk.generate("Orderhouse <orders@example.com>")
        self.partner = Tsk.generate("Acme <edi@example.com>")
        self.stranger = Tsk.generate("Stranger <s@example.com>")
        (root / "our.key").write_bytes(bytes(self.us))
        (root / "acme.pub").write_text(str(self.partner.extract_certificate()))
        self.settings = FolderSettings(
            inbox="in",
            outbox="out",
            settle_seconds=0,
            pgp=PgpSettings(our_key="our.key", partner_key="acme.pub"),
        )
        (root / "in").mkdir()
        self.root = root

    def send(self, content: bytes, name: str = "orders.csv.pgp") -> None:
        """Put a file into the inbox."""
        path = self.root / "in" / name
        path.write_bytes(content)
        os.utime(path, (LONG_AGO, LONG_AGO))

    def sealed(self, writer: Tsk | None, reader: Tsk, *, armor: bool = False) -> bytes:
        """The orders, sealed."""
        return pysequoia.encrypt(
            ORDERS,
            recipients=[reader.extract_certificate()],
            signer=writer.signer() if writer else None,
            armor=armor,
        )

    def collected(self, journal: PullJournal, **changes: int) -> Collection:
        """Collect from the inbox."""
        settings = self.settings.model_copy(update=changes)
        way = open_transport("acme", settings, self.root, journal.cursors("acme"))
        return collect("acme", way, self.root / "drop", journal)


def _altered(sealed: bytes) -> bytes:
    """One bit of what is encrypted is another."""
    return sealed[:-30] + bytes([sealed[-30] ^ 1]) + sealed[-29:]


@pytest.fixture
def parties(tmp_path: Path) -> Parties:
    """Everybody's keys."""
    return Parties(tmp_path)


@pytest.mark.parametrize("armor", [True, False])
def test_a_sealed_file_comes_plain_under_its_plain_name(
    parties: Parties, journal: PullJournal, armor: bool
) -> None:
    parties.send(parties.sealed(parties.partner, parties.us, armor=armor))

    assert Collection(collected=["orders.csv"]) == parties.collected(journal)
    path = parties.root / "drop" / "acme" / "orders.csv"
    assert ORDERS == path.read_bytes()
    assert LONG_AGO == path.stat().st_mtime


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda p: p.sealed(None, p.us),
        lambda p: p.sealed(p.stranger, p.us),
        lambda p: p.sealed(p.partner, p.stranger),
        lambda p: p.sealed(p.partner, p.us)[:-40],
        lambda p: _altered(p.sealed(p.partner, p.us)),
        lambda _: ORDERS,
        lambda _: b"",
    ],
    ids=[
        "unsigned",
        "signed by a stranger",
        "for a stranger",
        "cut",
        "altered",
        "plain",
        "empty",
    ],
)
def test_what_does_not_open_or_is_not_signed_is_refused(
    parties: Parties, journal: PullJournal, spoilt: Callable[[Parties], bytes]
) -> None:
    parties.send(spoilt(parties))

    done = parties.collected(journal)

    assert [("orders.csv", "NOT_DECRYPTED")] == [(r.name, r.code) for r in done.refused]
    assert "\n" not in done.refused[0].detail
    assert [] == [
        p
        for p in (parties.root / "drop").rglob("*")
        if p.is_file() and p.name != ".lock"
    ]
    assert Collection() == parties.collected(journal)


def test_a_file_that_unpacks_without_end_meets_a_wall(
    parties: Parties, journal: PullJournal
) -> None:
    parties.send(parties.sealed(parties.partner, parties.us))

    done = parties.collected(journal, max_bytes=len(ORDERS) - 1 + 1000)
    assert ["orders.csv"] == done.collected

    big = pysequoia.encrypt(
        b"0" * 50_000,
        recipients=[parties.us.extract_certificate()],
        signer=parties.partner.signer(),
        armor=False,
    )
    way = SealedTransport(
        FolderTransport(parties.settings, parties.root / "in", parties.root / "out"),
        parties.settings.model_copy(update={"max_bytes": 20_000}),
        Keys.open(parties.settings.pgp, parties.root),  # type: ignore[arg-type]
    )
    parties.send(big, "big.csv.pgp")
    refused = collect("acme", way, parties.root / "drop", journal).refused
    assert ["NOT_DECRYPTED"] == [refusal.code for refusal in refused]


def test_what_leaves_only_the_partner_can_read_and_we_have_signed(
    parties: Parties, journal: PullJournal
) -> None:
    way = open_transport(
        "acme", parties.settings, parties.root, journal.cursors("acme")
    )
    way.deliver("940.edi", b"ISA*940~")

    sealed = (parties.root / "out" / "940.edi.pgp").read_bytes()
    opened = pysequoia.decrypt(
        sealed,
        decryptor=parties.partner.decryptor(),
        store=lambda _: [parties.us.extract_certificate()],
    )
    assert way.holds("940.edi")
    assert b"ISA*940~" == opened.bytes
    assert b"940~" not in sealed
    with pytest.raises(RuntimeError):
        pysequoia.decrypt(sealed, decryptor=parties.stranger.decryptor())


@pytest.mark.parametrize("file", ["our.key", "acme.pub"])
def test_a_key_that_is_missing_or_broken_is_our_mistake_not_the_partners(
    parties: Parties, journal: PullJournal, file: str
) -> None:
    parties.send(parties.sealed(parties.partner, parties.us))
    (parties.root / file).write_bytes(b"no key")
    with pytest.raises(RefusedError, match=f"{file}.* cannot be used"):
        parties.collected(journal)

    (parties.root / file).unlink()
    with pytest.raises(RefusedError, match="PGP key is missing"):
        parties.collected(journal)
    assert [] == journal.pulled("acme")


def test_a_key_with_a_passphrase_is_opened_by_its_secret(
    parties: Parties, journal: PullJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGP_WORD", "wrong-for-a-plain-key")
    keys = {"our_key": "our.key", "partner_key": "acme.pub"}
    pgp = PgpSettings.model_validate(keys | {"passphrase": "PGP_WORD"})
    settings = parties.settings.model_copy(update={"pgp": pgp})

    with pytest.raises(RefusedError, match="cannot be used") as refusal:
        open_transport("acme", settings, parties.root, journal.cursors("acme"))
    assert "wrong-for-a-plain-key" not in str(refusal.value)
