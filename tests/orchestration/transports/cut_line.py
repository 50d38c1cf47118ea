"""A line to a server that is cut after so many bytes: a TCP relay."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class CutLine:
    """Relays to a port of 127.0.0.1; answers are cut after ``cut_after`` bytes."""

    def __init__(self, port: int, cut_after: int, cuts: int) -> None:  # noqa: D107 the class says it
        self._port, self._cut_after, self.cuts = port, cut_after, cuts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._relays: list[threading.Thread] = []
        self._thread.start()

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2)
        for relay in self._relays:
            relay.join(2)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            for relay in (
                threading.Thread(target=self._pump, args=(client, server, 0)),
                threading.Thread(
                    target=self._pump, args=(server, client, self._cut_after)
                ),
            ):
                relay.daemon = True
                relay.start()
                self._relays.append(relay)

    def _pump(self, source: socket.socket, target: socket.socket, most: int) -> None:
        moved = 0
        with suppress(OSError):
            while block := source.recv(4096):
                moved += len(block)
                if most and self.cuts and moved >= most:
                    self.cuts -= 1
                    target.sendall(block[: len(block) // 2])
                    break
                target.sendall(block)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
