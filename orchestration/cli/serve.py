"""``orderhouse serve``: dashboards and Dagster, on 127.0.0.1 only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.resources.event_log import prepare_dagster
from orchestration.resources.home import PROJECT, Home

HOST = "127.0.0.1"


def serve_both(port: int, dagster_port: int) -> int:
    """Start both servers, print both addresses, stop both together.

    Raises:
        CommandError: a port is taken.
    """
    _require_free(port, "--port")
    _require_free(dagster_port, "--dagster-port")
    home = Home.at().make()
    environment = {
        **os.environ,
        "ORDERHOUSE_HOME": str(home.root),
        "DAGSTER_HOME": str(home.dagster),
    }
    prepare_dagster(home)
    servers = [
        subprocess.Popen(command, cwd=PROJECT, env=environment)  # noqa: S603 our own commands
        for command in (_dashboards(port), _dagster(dagster_port))
    ]
    CONSOLE.print(f"Dashboards  http://{HOST}:{port}")
    CONSOLE.print(f"Dagster     http://{HOST}:{dagster_port}")
    CONSOLE.print("Ctrl-C stops both.")
    # Whoever ends this process by a signal means both servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return _wait(servers)


def _dashboards(port: int) -> list[str]:
    return [
        sys.executable, "-m", "streamlit", "run", "dashboards/streamlit_app.py",
        "--server.address", HOST, "--server.port", str(port),
        "--server.headless", "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip


def _dagster(port: int) -> list[str]:
    dg = Path(sys.executable).with_name("dg")
    return [str(dg), "dev", "--host", HOST, "--port", str(port)]


def _wait(servers: list[subprocess.Popen[bytes]]) -> int:
    try:
        codes = [server.wait() for server in servers]
    except KeyboardInterrupt:
        codes = []
    finally:
        for server in servers:
            server.terminate()
    return max(codes, default=0)


def _require_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise CommandError(
                f"port {port} is taken; choose another: orderhouse serve {option} N"
            )
