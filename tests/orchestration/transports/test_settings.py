"""A profile's way: what it may say, and that no secret stands in it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from orchestration.resources.transports.credentials import key_file, secret
from orchestration.resources.transports.names import danger_of
from orchestration.resources.transports.opening import open_transport
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import (
    FolderSettings,
    PagesSettings,
    TransportSettings,
)
from orchestration.resources.transports.transport import RefusedError

ADAPTER: TypeAdapter[TransportSettings] = TypeAdapter(TransportSettings)
SFTP = {"kind": "sftp", "host": "h", "user": "u", "known_hosts": "k"}
PASTED = "hunter2"
PULLS = [{"name": "orders", "path": "/o", "rows": "orders"}]


class Profile(BaseModel):
    """A partner's profile, as far as this goes."""

    model_config = ConfigDict(hide_input_in_errors=True)
    transport: TransportSettings = FolderSettings()


def test_a_partner_that_says_nothing_uses_the_drop_and_the_outbox(
    tmp_path: Path, journal: PullJournal
) -> None:
    way = open_transport("acme", Profile().transport, tmp_path, journal.cursors("acme"))
    way.deliver("940.edi", b"x")

    assert [] == list(way.list())
    assert (tmp_path / "outbox" / "acme" / "940.edi").exists()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (SFTP, "name a secret"),
        (
            SFTP | {"secret": PASTED},
            "should match pattern",
        ),
        (SFTP | {"password": "x"}, "Extra inputs"),
        ({"kind": "ftp"}, "does not match any of the expected tags"),
        ({"kind": "https_pages", "url": "http://example.com", "pulls": PULLS}, "https"),
        (
            {"kind": "https_pages", "url": "https://u:p@example.com", "pulls": PULLS},
            "no user, password",
        ),
        (
            {"kind": "https_pages", "url": "https://example.com", "pulls": []},
            "at least",
        ),
    ],
)
def test_a_wrong_setting_is_refused(facts: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        ADAPTER.validate_python(facts)


def test_a_password_pasted_into_a_profile_is_not_shown() -> None:
    with pytest.raises(ValidationError) as refusal:
        Profile.model_validate({"transport": SFTP | {"secret": PASTED}})

    assert PASTED not in str(refusal.value)


def test_every_host_that_may_be_asked_is_named() -> None:
    settings = PagesSettings.model_validate(
        {
            "kind": "https_pages",
            "url": "https://Shop.example.com/admin",
            "hosts": ["files.example.com"],
            "pulls": PULLS,
        }
    )

    assert {"shop.example.com", "files.example.com"} == settings.known_hosts


def test_a_secret_comes_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "word").write_text("from-a-file\n")
    monkeypatch.setenv("A_WORD_FILE", str(tmp_path / "word"))
    assert "from-a-file" == secret("A_WORD")

    monkeypatch.setenv("A_WORD", "from-the-environment")
    assert "from-the-environment" == secret("A_WORD")


def test_a_missing_secret_is_named_with_its_remedy() -> None:
    with pytest.raises(RefusedError, match="set the environment variable NO_SUCH"):
        secret("NO_SUCH_WORD")


def test_a_missing_file_of_keys_is_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"our SSH key is missing: no file .*/id"):
        key_file(tmp_path, "id", "our SSH key")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../a",
        "/a",
        "a/b",
        "a\\b",
        "C:a",
        "a\0",
        "a\n",
        "a\u202e",
        "x" * 256,
    ],
)
def test_names_that_climb_or_hide_are_dangerous(name: str) -> None:
    assert danger_of(name)


@given(st.text(max_size=300))
def test_no_name_that_passes_leads_out_of_its_folder(name: str) -> None:
    folder = PurePosixPath("drop/acme")
    on_windows = PureWindowsPath("c:\\drop")

    if not danger_of(name):
        assert (folder / name).parent == folder
        assert (on_windows / name).parent == on_windows
        assert len(name.encode()) <= 255


@pytest.mark.parametrize("name", ["945.edi", "a b (1).csv", "库存.csv", "é" * 127])
def test_names_of_any_language_are_safe(name: str) -> None:
    assert "" == danger_of(name)
