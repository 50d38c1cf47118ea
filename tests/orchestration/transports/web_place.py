"""A small HTTP server on 127.0.0.1 whose answers a test writes."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 as it was sent
        return json.loads(self.body)


@dataclass
class Reply:
    """What is answered.

    Args:
        body: bytes of it.
        status: of HTTP.
        headers: further ones.
        cut_after: bytes after which the connection is cut.
        drip_seconds: pause before each byte.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    drip_seconds: float = 0


Answering = Callable[[Request], Reply]


class WebPlace:
    """A server; ``faults`` are answered first, one a request."""

    def __init__(  # noqa: D107 the class says it
        self, answer: Answering, context: ssl.SSLContext | None = None
    ) -> None:
        self.answer = answer
        self.faults: list[Reply] = []
        self.requests: list[Request] = []
        place = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:  # the library's name
                length = int(self.headers.get("content-length") or 0)
                parts = urlsplit(self.path)
                request = Request(
                    self.command,
                    parts.path,
                    dict(parse_qsl(parts.query)),
                    {k.lower(): v for k, v in self.headers.items()},
                    self.rfile.read(length),
                )
                place.requests.append(request)
                fault = place.faults.pop(0) if place.faults else None
                _write(self, fault or place.answer(request))

            do_POST = do_GET  # noqa: N815 the library's name

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True
            )
        scheme = "https" if context else "http"
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"{scheme}://{self.host}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _write(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(reply.body)))
    handler.end_headers()
    body = reply.body if reply.cut_after is None else reply.body[: reply.cut_after]
    try:
        if reply.drip_seconds:
            for byte in body:
                handler.wfile.write(bytes([byte]))
                time.sleep(reply.drip_seconds)
        else:
            handler.wfile.write(body)
        if reply.cut_after is not None:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        handler.close_connection = True


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A throw-away certificate for 127.0.0.1: its file, and a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(tz=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, private = folder / "server.pem", folder / "server.key"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return path, context


class Shop:
    """A Shopify-like list of orders, two on a page."""

    def __init__(  # noqa: D107 the class says it
        self, orders: list[dict[str, Any]], per_page: int = 2
    ) -> None:
        self.orders = orders
        self.per_page = per_page
        self.expired: set[str] = set()

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("x-shop-token") != "a-token":
            return Reply(b"{}", 401)
        token = request.query.get("page_info", "")
        if token in self.expired:
            return Reply(b'{"errors": "page_info expired"}', 400)
        since, _, start = token.partition("~")
        since = since if token else request.query.get("updated_at_min", "")
        first = int(start or 0)
        rows = [o for o in self.orders if not since or o["updated_at"] >= since]
        rows.sort(key=lambda o: (o["updated_at"], o["id"]))
        page = rows[first : first + self.per_page]
        headers = {"content-type": "application/json"}
        if first + self.per_page < len(rows):
            place = f"http://{request.headers['host']}{request.path}"
            then = f"{place}?page_info={since}~{first + self.per_page}"
            headers["link"] = f'<{place}>; rel="previous", <{then}>; rel="next"'
        return Reply(json.dumps({"orders": page}).encode(), headers=headers)
