"""A partner's way in and out, as its YAML says it.

Field ``transport`` of a profile; ``kind`` chooses the way. Secrets never stand
here: fields that end in secrets hold the name of an environment variable
(``credentials``), keys and certificates the path of a file. Relative paths are
under the house's folder, which git ignores.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

EnvName = Annotated[str, Field(pattern=r"^([A-Z][A-Z0-9_]*)?$")]
"""Name of an environment variable; empty: none."""

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def place_of(url: str) -> str:
    """Host of an address, with its port where one is named.

    Example:
        >>> place_of("https://shop.example.com/orders?page=2")
        'shop.example.com'
        >>> place_of("https://API.example.com:8443")
        'api.example.com:8443'
    """
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def is_private(url: str) -> bool:
    """Whether what is sent to this address is encrypted, or stays on the machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK
    )


def _clean_url(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or not is_private(url):
        raise ValueError("the address must begin with https:// and name a host")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("the address may hold no user, password or fragment")
    return url


Url = Annotated[str, AfterValidator(_clean_url)]


class _Entry(BaseModel):
    # A password pasted in place of a name must not come back in the message.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class PgpSettings(_Entry):
    """Everything that leaves is encrypted and signed, all that comes must be.

    Args:
        our_key: file with our secret key.
        passphrase: environment variable with its passphrase, if it has one.
        partner_key: file with the partner's public key or keys.
        suffix: ends the name of a sealed file; cut off in the drop.
    """

    our_key: str
    passphrase: EnvName = ""
    partner_key: str
    suffix: str = Field(default=".pgp", pattern=r"^\.[a-z]+$")


class Limits(_Entry):
    """How much, how long and how often, for any way.

    Args:
        max_bytes: largest file taken, as sent and as decrypted.
        seconds_per_file: longest time for one file, one try.
        connect_seconds: longest time to connect, and between two packets.
        attempts: tries at the same work when connections are cut.
        first_wait_seconds: between the first two tries; doubles after that.
        longest_wait_seconds: between any two tries, also when asked for more.
        pgp: keys, where files are sealed.
    """

    max_bytes: int = Field(default=512 << 20, gt=0)
    seconds_per_file: float = Field(default=600, gt=0)
    connect_seconds: float = Field(default=20, gt=0)
    attempts: int = Field(default=5, ge=1, le=20)
    first_wait_seconds: float = Field(default=0.5, gt=0)
    longest_wait_seconds: float = Field(default=60, gt=0)
    pgp: PgpSettings | None = None


class FolderSettings(Limits):
    """Folders of this machine, or mounted on it.

    Args:
        inbox: where the partner puts files; empty: straight into the drop, and
            then there is nothing to collect.
        outbox: where the partner fetches; empty: the house's outbox.
        settle_seconds: a file that changed within them is left alone.
    """

    kind: Literal["folder"] = "folder"
    inbox: str = ""
    outbox: str = ""
    settle_seconds: float = Field(default=5, ge=0)


class SftpSettings(Limits):
    """A partner's SFTP server.

    Args:
        host: its name.
        port: of SSH.
        user: our account there.
        secret: environment variable with the password, or with the passphrase
            of ``key_file`` where one is named.
        key_file: our private key.
        known_hosts: file with the server's host key; there is no way to
            connect without it.
        inbox: folder on the server that we fetch from.
        outbox: folder on the server that we deliver to.
        settle_seconds: a file that changed within them is left alone.
    """

    kind: Literal["sftp"]
    host: str = Field(min_length=1)
    port: int = Field(default=22, gt=0, lt=65536)
    user: str = Field(min_length=1)
    secret: EnvName = ""
    key_file: str = ""
    known_hosts: str = Field(min_length=1)
    inbox: str = ""
    outbox: str = ""
    settle_seconds: float = Field(default=5, ge=0)

    @model_validator(mode="after")
    def _can_log_in(self) -> SftpSettings:
        if not self.secret and not self.key_file:
            raise ValueError("name a secret (environment variable) or a key_file")
        return self


class S3Settings(Limits):
    """A bucket. Objects appear whole, so they need not settle.

    Args:
        endpoint_url: of the store.
        bucket: its name.
        access_key: environment variable with the id of our key.
        secret: environment variable with its secret.
        region: where the store asks for one.
        inbox: prefix that we fetch from.
        outbox: prefix that we deliver to.
        ca_file: certificate authority of a store with a private one.
    """

    kind: Literal["s3"]
    endpoint_url: Url
    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]+$")
    access_key: EnvName = Field(min_length=1)
    secret: EnvName = Field(min_length=1)
    region: str = ""
    inbox: str = ""
    outbox: str = ""
    ca_file: str = ""


class TokenSettings(_Entry):
    """How a short-lived access token is got for a long-lived grant (OAuth 2).

    Args:
        url: of the token service.
        client_id: environment variable with the id of our application.
        client_secret: environment variable with its secret.
        refresh_token: environment variable with the seller's grant.
    """

    url: Url
    client_id: EnvName = Field(min_length=1)
    client_secret: EnvName = Field(min_length=1)
    refresh_token: EnvName = Field(min_length=1)


class WebSettings(Limits):
    """What every HTTPS pull has in common.

    Args:
        url: of the API; pulls name paths under it.
        secret: environment variable with the access token.
        secret_header: request header that carries the token.
        secret_prefix: stands before the token in that header.
        token: where the token is short-lived and must be asked for.
        hosts: further hosts that documents may be downloaded from; every other
            host is refused, and none of these gets the token.
        ca_file: certificate authority of a server with a private one.
    """

    url: Url
    secret: EnvName = ""
    secret_header: str = "Authorization"  # noqa: S105 the header, not what it holds
    secret_prefix: str = ""
    token: TokenSettings | None = None
    hosts: tuple[str, ...] = ()
    ca_file: str = ""

    @property
    def known_hosts(self) -> frozenset[str]:
        """Every host that may be asked, with its port where one is named."""
        token = {place_of(self.token.url)} if self.token else set()
        hosts = {host.lower() for host in self.hosts}
        return frozenset({place_of(self.url)} | hosts | token)


class PagePull(_Entry):
    """One list of a REST API, page by page.

    Args:
        name: begins the file names; part of the cursor's name.
        path: under ``url``.
        rows: member of the answer that holds the list.
        cursor_field: member of a row that says when it changed.
        cursor_parameter: query parameter that takes such an instant.
        query: further parameters of the first page.
        since: first instant to ask for; empty: everything.
        overlap_seconds: ask again for rows that changed so long before the
            newest one seen, for APIs that show changes late.
        max_pages: of one sweep; the rest comes with the next.
        fetched_at: write the instant of the answer beside the list, for counts
            of stock that do not say when they were taken.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    path: str
    rows: str
    cursor_field: str = "updated_at"
    cursor_parameter: str = "updated_at_min"
    query: dict[str, str] = Field(default_factory=dict)
    since: str = ""
    overlap_seconds: int = Field(default=0, ge=0, le=86400)
    max_pages: int = Field(default=10_000, gt=0)
    fetched_at: bool = False


class PagesSettings(WebSettings):
    """Lists of a REST API with ``Link: <…>; rel="next"`` pages, as Shopify's."""

    kind: Literal["https_pages"]
    pulls: tuple[PagePull, ...] = Field(min_length=1)


class ReportPull(_Entry):
    """One kind of report: asked for, waited for, downloaded.

    Args:
        name: begins the file names; part of the cursor's name.
        report_type: as the API calls it.
        extension: ends the file names.
        since: first instant that a report covers.
        window_days: longest span of one report.
        every_seconds: shortest span of one report: no more often than this.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    report_type: str
    extension: str = Field(default="txt", pattern=r"^[a-z0-9]+$")
    since: str
    window_days: int = Field(default=30, gt=0)
    every_seconds: int = Field(default=900, ge=1)


class ReportsSettings(WebSettings):
    """Reports of an API such as Amazon's SP-API.

    Args:
        marketplaces: ids that every report names.
        reports_path: under ``url``.
        documents_path: under ``url``.
        poll_seconds: between the first two questions whether it is done; grows.
        patience_seconds: after them the sweep ends; the next one asks on.
    """

    kind: Literal["https_reports"]
    pulls: tuple[ReportPull, ...] = Field(min_length=1)
    marketplaces: tuple[str, ...] = ()
    reports_path: str = "/reports/2021-06-30/reports"
    documents_path: str = "/reports/2021-06-30/documents"
    poll_seconds: float = Field(default=15, gt=0)
    patience_seconds: float = Field(default=900, ge=0)


TransportSettings = Annotated[
    FolderSettings | SftpSettings | S3Settings | PagesSettings | ReportsSettings,
    Field(discriminator="kind"),
]
"""A partner's way in and out."""
