"""Kill -9 at every named point of a wave, again and again; then look at everything.

``python -m tests.faults.kills 1000`` prints what was wrong afterwards. A kill is a
forked process of a warmed one, on a copy of a small house; so is each restart.
Partners take what has a manifest between the two.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

from orchestration.resources import extensions
from tests.faults import wave as waves
from tests.faults.points import Point, Points, install
from tests.faults.wave import WAVES, Place

VAULT_KEY = "11" * 32
MANIFEST = ".manifest.json"
SEED = 20171226
KILLS_A_HOUSE = 8
"""Each later one falls into the restart after the one before."""

Fact = dict[str, Any]


class Child:
    """Work in a forked process, with what it says."""

    def __init__(self, work: Callable[[], Any]) -> None:
        """Start it."""
        self._read, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._do(work, write)
        os.close(write)

    def end(self) -> Any:  # noqa: ANN401 what it says
        """What the work returned; None where it was killed."""
        with os.fdopen(self._read, "rb") as stream:
            said = stream.read()
        _, status = os.waitpid(self._pid, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return None
        if status:
            raise RuntimeError(said.decode())
        return json.loads(said)

    @staticmethod
    def _do(work: Callable[[], Any], write: int) -> None:
        code = 0
        try:
            said = json.dumps(work(), default=str).encode()
        except BaseException as error:  # noqa: BLE001 told to the parent
            import traceback  # noqa: PLC0415 once

            said, code = "".join(traceback.format_exception(error)).encode(), 1
        with os.fdopen(write, "wb") as stream:
            stream.write(said)
        os._exit(code)


class Trial:
    """One house that is killed and started again, and the partners' side of it."""

    def __init__(self, place: Place, server: Path) -> None:
        """A trial in a house that stands; ``server`` is the SFTP server's folder."""
        self.place = place
        self.taken: dict[str, str] = {}
        self.faults: list[str] = []
        self._sides = {
            "near": place.root / "outbox" / "near",
            "far": place.root / "far",
            "sftp": server / place.folder,
        }

    def is_killed_at(self, fatal: Point) -> bool:
        """Start the wave; whether it passed the point and died there."""
        return self._done(fatal) is None

    def finished(self) -> tuple[list[Point], Fact]:
        """The points of a wave that ends, and all that it must come to."""
        passed, found = self._done(None)
        return [(name, n) for name, n in passed], found | {"taken": self.taken}

    def _done(self, fatal: Point | None) -> Any:  # noqa: ANN401 what a child says
        def work() -> object:
            points = Points(self.place.root, fatal)
            install(points)
            waves.wave(self.place, WAVES[1])
            passed = [*points.passed]
            return passed, waves.told(self.place)

        said = Child(work).end()
        self._take()
        return said

    def _take(self) -> None:
        """What a partner does: take each file whose manifest stands."""
        for name, folder in self._sides.items():
            for manifest in sorted(folder.glob(f"*{MANIFEST}")):
                self._take_one(name, manifest)

    def _take_one(self, side: str, manifest: Path) -> None:
        path = manifest.with_name(manifest.name.removesuffix(MANIFEST))
        name = f"{side}/{path.name}"
        said = json.loads(manifest.read_bytes())["sha256"]
        if not path.exists():
            if name not in self.taken:
                self.faults.append(f"{name}: a manifest without its file")
            return
        if name in self.taken:
            self.faults.append(f"{name}: it came twice")
        if hashlib.sha256(path.read_bytes()).hexdigest() != said:
            self.faults.append(f"{name}: it is not what its manifest says")
        self.taken[name] = said
        path.unlink()


def kill_often(
    kills: int, folder: Path, tell: Callable[[int, int], None] = lambda *_: None
) -> Fact:
    """Kill so many waves; each house is killed some times before it comes to its end.

    Args:
        kills: at least so many.
        folder: of the houses.
        tell: hears after each house how many kills and faults there are so far.

    Returns:
        ``points`` of an undisturbed wave; ``killed``: where it was, as often;
        ``faults``: what was wrong in the end with a house, and where it was killed;
        ``replaced``: what the wave told again, in which file instead of which.
    """
    _warm()
    server = folder / "server"
    port, stop = _served(server, folder)
    try:
        original = Place(folder / "house", port, "out")
        Child(lambda: waves.laid(original)).end()
        Child(lambda: waves.wave(original, WAVES[0])).end()
        points, expected = _trial(original, server, "undisturbed").finished()
        killed: list[Point] = []
        faults: list[str] = []
        for number, fatal in enumerate(_chosen(points)):
            if len(killed) >= kills:
                break
            trial = _trial(original, server, f"house_{number}")
            died = [point for point in fatal if trial.is_killed_at(point)]
            _, found = trial.finished()
            wrong = [*trial.faults, *_differing(found, expected)]
            faults += [f"killed at {died}: {one}" for one in wrong]
            killed += died
            shutil.rmtree(trial.place.root)
            tell(len(killed), len(faults))
        return {
            "points": points,
            "killed": killed,
            "faults": faults,
            "replaced": expected["replaced"],
        }
    finally:
        stop()


def _warm() -> None:
    """Load here what every child would load; nothing that starts threads.

    A pool of threads that was used before a fork stands still in the child.
    """
    os.environ |= {
        "ORDERHOUSE_VAULT_KEY": VAULT_KEY,
        "ORDERHOUSE_THREADS": "1",
        "POLARS_MAX_THREADS": "1",
    }
    for name in ("pandas", "pyarrow", "asyncssh", "stamina"):
        import_module(name)
    seen = Child(_signatures).end()
    extensions.believe(frozenset((path, size, at) for path, size, at in seen))


def _signatures() -> list[tuple[str, int, int]]:
    """DuckDB checks them, which every child would do anew."""
    extensions.install()
    extensions.opened().close()
    return sorted(extensions.seen())


def _chosen(points: list[Point]) -> Iterator[list[Point]]:
    """Points to be killed at, by house, in the order in which a wave passes them.

    One of each kind comes first, then a second one of each, and so on without end.
    """
    rng = Random(SEED)  # noqa: S311 no secret
    while True:
        places = [*range(len(points))]
        rng.shuffle(places)
        kinds: Counter[str] = Counter()
        ranked = []
        for place in places:
            kind = " ".join(points[place][0].split()[:2])
            ranked.append((kinds[kind], place))
            kinds[kind] += 1
        order = [place for _, place in sorted(ranked, key=itemgetter(0))]
        for first in range(0, len(order), KILLS_A_HOUSE):
            few = sorted(order[first : first + KILLS_A_HOUSE])
            yield [points[place] for place in few]


def _differing(found: Fact, expected: Fact) -> list[str]:
    return [
        f"{part} differs: {_first_difference(found[part], expected[part])}"
        for part in expected
        if expected[part] != found[part]
    ]


def _first_difference(found: Any, expected: Any) -> str:  # noqa: ANN401 any JSON
    if isinstance(found, dict):
        names = sorted({*found, *expected})
        return next(
            f"{n}: {found.get(n)}, not {expected.get(n)}"
            for n in names
            if found.get(n) != expected.get(n)
        )
    return f"{found}, not {expected}"[:600]


def _trial(original: Place, server: Path, name: str) -> Trial:
    """A copy of a house, with its own folder on the server."""
    place = Place(original.root.with_name(name), original.port, name)
    shutil.copytree(original.root, place.root)
    (server / name).mkdir()
    trial = Trial(place, server)
    for folder in (place.root / "outbox" / "near", place.root / "far"):
        for path in folder.iterdir():
            path.unlink()
    return trial


def _served(server: Path, folder: Path) -> tuple[int, Callable[[], None]]:
    """An SFTP server in a process of its own; its port, and how it is stopped."""
    from tests.orchestration.transports.sftp_place import (  # noqa: PLC0415
        PASSWORD,
        SftpPlace,
    )

    os.environ["HARBOR_PASSWORD"] = PASSWORD
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        place = SftpPlace(server)
        place.start()
        place.known_hosts(folder / "known_hosts")
        os.write(write, str(place.port).encode())
        signal.pause()
    os.close(write)
    port = int(os.read(read, 10))
    os.close(read)

    def stop() -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    return port, stop


def main(kills: int) -> None:
    """Kill and print; leaves with 1 when something was wrong."""

    def tell(killed: int, faults: int) -> None:
        sys.stderr.write(f"\r{killed} of {kills} kills, {faults} faults")
        sys.stderr.flush()

    with tempfile.TemporaryDirectory() as folder:
        found = kill_often(kills, Path(folder), tell)
    sys.stderr.write("\n")
    for fault in found["faults"]:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(
        f"{len(found['killed'])} kills at {len({*map(tuple, found['killed'])})} of"
        f" {len(found['points'])} named points: {len(found['faults'])} faults\n"
    )
    sys.exit(1 if found["faults"] else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
