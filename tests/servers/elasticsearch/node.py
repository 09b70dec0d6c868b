"""One node in a folder of its own. It keeps its data and its port when it is killed and started again."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.servers.elasticsearch.build import VERSION, Unavailable, built

STARTING = 240  # seconds; a busy machine takes long
MODULE = "transport-netty4"
DESCRIPTOR = f"""\
name={MODULE}
description=HTTP and transport
version={VERSION}
elasticsearch.version={VERSION}
java.version=17
classname=org.elasticsearch.transport.netty4.Netty4Plugin
modulename=org.elasticsearch.transport.netty4
extended.plugins=
has.native.controller=false
"""


class Node:
    """Use it as a context manager, or call `start` and `stop`. Raises Unavailable when there can be no server."""

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.home, self.port = home.resolve(), port or _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        parts = self._parts()
        self._lay_out(parts)
        log = self.home / "node.log"
        log.touch()
        begin = log.stat().st_size
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command(parts), stdout=output, stderr=output, cwd=self.home
            )
        self._wait(log, begin)

    def stop(self) -> None:
        """End it in order; by force when it takes long."""
        if self._process is None:
            return
        self._process.send_signal(getattr(signal, "SIGCONT", signal.SIGTERM))
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it listen and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def ensure(self) -> None:
        """Let it run, whatever was done to it."""
        if self._process is None or self._process.poll() is not None:
            self.start()
        elif hasattr(signal, "SIGCONT"):
            self.go_on()

    def __enter__(self) -> Node:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # -------------------------------------------------------------- parts

    def _parts(self) -> Path:
        return built()

    def _lay_out(self, parts: Path) -> None:
        module = self.home / "modules" / MODULE
        if not module.exists():
            (self.home / "config").mkdir(parents=True, exist_ok=True)
            shutil.copytree(parts / "netty", module)
            (module / "plugin-descriptor.properties").write_text(DESCRIPTOR, "utf-8")

    def _command(self, parts: Path) -> list[str]:
        return [
            *self._java(),
            "--add-opens=java.base/java.nio.file=org.elasticsearch.server",
            "--enable-native-access=org.elasticsearch.nativeaccess",
            *("--module-path", str(parts / "server"), "--add-modules", "ALL-MODULE-PATH"),
            *("-cp", str(parts / "classes"), "Starter"),
            *self._settings(),
        ]

    def _java(self) -> list[str]:
        jvm = ["-Xms400m", "-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        properties = {
            "es.path.home": str(self.home),
            "java.awt.headless": "true",
            "log4j2.disable.jmx": "true",
            "log4j2.level": "WARN",
        }
        named = (f"-D{name}={value}" for name, value in properties.items())
        return ["java", *jvm, *named, "--add-opens=java.base/java.io=ALL-UNNAMED"]

    def _settings(self) -> list[str]:
        settings = {
            "path.home": str(self.home),
            "cluster.name": "marquee-tests",
            "node.name": "one",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": str(self.port),
            "http.type": "netty4",
            "transport.port": "0",
            "transport.type": "netty4",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return [f"{name}={value}" for name, value in settings.items()]

    def _wait(self, log: Path, begin: int) -> None:
        assert self._process is not None
        until = time.monotonic() + STARTING
        while time.monotonic() < until:
            said = log.read_bytes()[begin:]
            if b"\nstarted" in b"\n" + said:
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        self.kill()
        said = log.read_bytes()[begin:]
        lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
        told = lines[0][:300] if lines else f"it did not answer within {STARTING} s"
        raise Unavailable(f"the search server does not start here: {told}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
