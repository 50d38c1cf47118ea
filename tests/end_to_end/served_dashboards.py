"""The dashboards on a free loopback port, and a browser to look at them with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def chromium() -> str | None:
    """Debian's chromium, or None where it is not installed."""
    return shutil.which("chromium")


@contextmanager
def served(home: Path, now: str | None = None) -> Iterator[str]:
    """Start the dashboards on the copy below ``home``; gives their address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "ORDERHOUSE_HOME": str(home)}
    if now:
        environment["ORDERHOUSE_NOW"] = now
    entry = "dashboards/streamlit_app.py"
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", entry, f"--server.port={port}"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_healthy(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()  # it holds nothing that would need to be put away
        server.wait(timeout=10)


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(
                f"http://127.0.0.1:{port}/_stcore/health", timeout=1
            ).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    message = "the dashboards did not start"
    raise RuntimeError(message)


@contextmanager
def browser_page(width: int = 1440, height: int = 1000) -> Iterator[Page]:
    """One page of a headless chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - dev only

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=1
        )
        yield page
        browser.close()


def open_settled(page: Page, address: str) -> None:
    """Open an address and wait until the script and its charts have finished."""
    page.goto(address)
    page.wait_for_selector("h1", timeout=30_000)
    page.wait_for_selector(SETTLED, timeout=30_000)
    page.wait_for_selector('[data-testid="stSkeleton"]', state="detached")
    page.wait_for_timeout(800)  # charts are drawn after the script has ended
