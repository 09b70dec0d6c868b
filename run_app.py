#!/usr/bin/env python3
"""Set up Marquee beside this file (.venv, pinned requirements) and start it. Standard library only.

Exit codes: 0 stopped as asked, 2 a wrong option or setting, 3 the set-up failed, 4 the address cannot be used;
otherwise the server's own code (128 + n when signal n ended it). A server that ran and ended with 75, or by
a signal that nobody sent through here, is started again, five times within ten minutes at most.
"""

import sys

if sys.version_info < (3, 11):  # before everything that an older Python would stumble over
    sys.exit(
        "Marquee needs Python 3.11 or newer; this is Python %d.%d (%s).\n"
        "Install a newer one from https://www.python.org/downloads/ and run it again with that, "
        "for example: python3.12 run_app.py"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import argparse
import errno
import hashlib
import http.client
import ipaddress
import os
import platform
import re
import shutil
import signal
import socket
import subprocess  # nosec B404
import tempfile
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = "requirements.lock"
AGAIN = 75  # the server's exit code that asks for another start (app.py)
TRIES, CALM = 5, 600  # so many starts within so many seconds
PAUSE = 1  # seconds before the first of them; twice as many before each next one
WINDOWS = os.name == "nt"
# Debian's Python comes without ensurepip; this pip, checked by its hash, fills an empty environment.
PIP_URL = (
    "https://files.pythonhosted.org/packages/07/25/"
    "ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
NO_NETWORK = re.compile(
    r"name resolution|dns error|failed to lookup|getaddrinfo|network is unreachable|NewConnectionError"
    r"|connection refused|ConnectTimeout|timed out|tunnel connection failed|error sending request"
    r"|failed to fetch|urlopen error|ProxyError",
    re.IGNORECASE,
)


class SetupError(Exception):
    """The environment cannot be made; the text says why and what to do."""


class AddressError(Exception):
    """The address cannot be listened on; the text says why and what to do."""


# --- telling -------------------------------------------------------------------------------------------


def say(text: str) -> None:
    print(text, flush=True)


def timed(text: str, work: Callable[[], None]) -> None:
    """Run `work`; one line before it and its seconds behind."""
    print(f"  {text} ...", end="", flush=True)
    start = time.monotonic()
    try:
        work()
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - start:.1f} s", flush=True)


# --- the environment -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Environment:
    """A virtual environment that holds what one requirements file asks for."""

    folder: Path = HERE / ".venv"
    requirements: Path = HERE / "requirements.txt"

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")

    @property
    def log(self) -> Path:
        return self.folder / "install.log"

    def stamp(self, requirements: Path) -> Path:
        return self.folder / f".{requirements.stem}.installed"

    def wanted(self, requirements: Path) -> str:
        """What a finished installation is stamped with: changes when it would have to be made anew."""
        digest = hashlib.sha256(
            f"{platform.python_version()} {sys.platform} {self.folder}".encode()
        )
        for path in (*needed_files(requirements), requirements.with_name(LOCK)):
            digest.update(path.read_bytes() if path.exists() else b"")
        return digest.hexdigest()

    def ready(self) -> bool:
        stamp = self.stamp(self.requirements)
        return (
            self.python.exists()
            and stamp.exists()
            and stamp.read_text(encoding="ascii", errors="replace")
            == self.wanted(self.requirements)
        )

    def ensure(self, again: bool = False) -> None:
        """Make and fill it, unless a stamp says that it is done. Raises SetupError."""
        if self.ready() and not again:
            return
        if not self.requirements.exists():
            raise SetupError(f"{self.requirements} is missing; is this the whole project?")
        uv = shutil.which("uv")
        try:
            self._build(uv, again)
        except SetupError as error:
            if uv is None:
                raise
            say(f"  uv could not do it ({str(error).splitlines()[0]}); trying pip")
            self._build(None, True)
        for path in needed_files(self.requirements):
            self.stamp(path).write_text(self.wanted(path), encoding="ascii")

    def _build(self, uv: str | None, again: bool) -> None:
        if again or not self._usable(with_pip=uv is None):
            if self.folder.exists():
                timed(f"removing {self.folder.name}, which is old or half made", self._remove)
            timed(
                f"making {self.folder.name} with Python {platform.python_version()}",
                lambda: self._create(uv),
            )
        count = sum(len(pins(path)) for path in needed_files(self.requirements))
        timed(
            f"installing {count} packages and what they need with {'uv' if uv else 'pip'}"
            " (the first time: about a minute)",
            lambda: self._install(uv),
        )

    def _usable(self, with_pip: bool) -> bool:
        """Whether what is there runs, has this Python's version, and a pip if one is needed."""
        if not self.python.exists():
            return False
        code = (
            "import platform" + (", pip" if with_pip else "") + "; print(platform.python_version())"
        )
        try:
            done = run([str(self.python), "-I", "-c", code])
        except OSError:
            return False
        return done.returncode == 0 and done.stdout.strip() == platform.python_version()

    def _remove(self) -> None:
        try:
            shutil.rmtree(self.folder)
        except OSError as error:
            raise SetupError(
                f"{self.folder} cannot be removed: {error}. Remove it by hand."
            ) from error

    def _create(self, uv: str | None) -> None:
        base = str(getattr(sys, "_base_executable", None) or sys.executable)
        if uv:
            self._must(
                [uv, "venv", "--quiet", "--python", base, str(self.folder)], "making .venv failed"
            )
        elif has_ensurepip(base):
            self._must([base, "-m", "venv", str(self.folder)], "making .venv failed")
        else:
            self._must(
                [base, "-m", "venv", "--without-pip", str(self.folder)], "making .venv failed"
            )
            self._bring_pip()

    def _bring_pip(self) -> None:
        """Put pip into an environment that has none, from a wheel whose hash is known."""
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        advice = f"This Python lacks ensurepip. On Debian and Ubuntu: apt install python3-venv (or {name})."
        with tempfile.TemporaryDirectory() as folder:
            wheel = Path(folder) / PIP_URL.rpartition("/")[2]
            try:
                with urllib.request.urlopen(PIP_URL, timeout=60) as answer:  # nosec B310
                    wheel.write_bytes(answer.read())
            except OSError as error:
                raise SetupError(f"pip cannot be fetched ({error}). {advice}") from error
            if hashlib.sha256(wheel.read_bytes()).hexdigest() != PIP_SHA256:
                raise SetupError(f"the fetched pip is not the expected one. {advice}")
            command = [
                str(self.python),
                f"{wheel}/pip",
                "install",
                "--quiet",
                "--no-index",
                str(wheel),
            ]
            self._must(command, f"pip cannot be installed. {advice}")

    def _install(self, uv: str | None) -> None:
        self.stamp(self.requirements).unlink(missing_ok=True)
        command = [uv, "pip", "install", "--python", str(self.python)]
        if not uv:
            command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["-r", str(self.requirements)]
        lock = self.requirements.with_name(LOCK)
        if lock.exists():
            command += ["-c", str(lock)]
        self._must([part for part in command if part], "installing the requirements failed")

    def _must(self, command: Sequence[str], what: str) -> None:
        try:
            done = run(command)
        except OSError as error:
            raise SetupError(f"{what}: {error}") from error
        if self.folder.is_dir():
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
        if done.returncode:
            raise SetupError(explain(what, done.stdout, self.log))


def explain(what: str, output: str, log: Path) -> str:
    """A failed command in words: the likely cause first, then the end of what it printed."""
    tail = "\n".join(f"    {line}" for line in output.strip().splitlines()[-15:])
    if NO_NETWORK.search(output) or not index_answers():
        what += (
            ": the package index (pypi.org) cannot be reached. "
            "Check the network or the proxy (HTTPS_PROXY)"
        )
    elif "No space left" in output:
        what += ": the disk is full (about 1 GB is needed)"
    elif "No matching distribution" in output or "No solution found" in output:
        what += f": a pinned package is not to be had for Python {platform.python_version()} on this system"
    return f"{what}. The end of its output (all of it: {log}):\n{tail}"


def index_answers() -> bool:
    """pip may call a network that is down a conflict of versions; so the network is asked itself."""
    try:
        with urllib.request.urlopen("https://pypi.org/simple/pip/", timeout=15):  # nosec B310
            return True
    except OSError:
        return False


def needed_files(requirements: Path) -> list[Path]:
    """The file and those that it draws in with `-r`."""
    files = [requirements]
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            files += needed_files(requirements.with_name(line[3:].strip()))
    return files


def pins(requirements: Path) -> list[str]:
    """The packages that a requirements file itself names."""
    lines = (
        line.split("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if line and not line.startswith("-")]


def has_ensurepip(python: str) -> bool:
    return run([python, "-I", "-c", "import ensurepip, venv"]).returncode == 0


def run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run to the end; both outputs come together as text."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(  # nosec B603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


# --- the address ---------------------------------------------------------------------------------------


def read_dotenv(path: Path) -> dict[str, str]:
    """The MARQUEE_ lines of a .env file; the app itself reads it with a full parser."""
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        found = re.fullmatch(r"\s*(?:export\s+)?(MARQUEE_\w+)\s*=\s*(.*?)\s*", line)
        if found:
            quoted = re.match(r"""(['"])(.*?)\1""", found[2])
            values[found[1]] = quoted[2] if quoted else re.split(r"\s#", found[2])[0].strip()
    return values


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(host: str, port: int, token: str | None) -> None:
    """Refuse to be reachable by others without a token, and an address that is taken. Raises AddressError."""
    if not is_loopback(host) and not token:
        raise AddressError(
            f"The address {host} can be reached by other machines, and no API token is set.\n"
            "Set MARQUEE_API_TOKEN to a long random text, or listen on 127.0.0.1."
        )
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if (
                not WINDOWS
            ):  # a port that was just closed is free again; on Windows it would mean "share"
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        raise AddressError(unusable(host, port, error)) from error


def unusable(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE or getattr(error, "winerror", None) == 10048:
        mine = " (a Marquee or another Streamlit app)" if healthy(host, port) else ""
        return (
            f"Port {port} is in use by another program{mine}.\n"
            f"Stop that one, or choose another port: python3 run_app.py --port {port + 1 if port < 65535 else 8501}"
        )
    if isinstance(error, PermissionError):
        return f"Port {port} may not be used by this user. Choose one above 1023: --port 8501"
    return (
        f"The address {host}:{port} cannot be used: {error.strerror or error}. Try --host 127.0.0.1"
    )


def contact(host: str) -> str:
    """Where to reach a server that listens on `host`."""
    try:
        listened = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not listened.is_unspecified:
        return host
    return "127.0.0.1" if listened.version == 4 else "::1"


def healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(contact(host), port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def address(host: str, port: int) -> str:
    name = contact(host)
    name = "localhost" if name == "127.0.0.1" else f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}"


# --- the server ----------------------------------------------------------------------------------------


def start(
    python: str, environment: Mapping[str, str], host: str, port: int
) -> "subprocess.Popen[bytes]":
    """Start the server as a child in a group of its own, so that Ctrl+C reaches it once: from here."""
    command = [python, "-m", "streamlit", "run", "app.py"]
    command += [f"--server.address={host}", f"--server.port={port}", "--server.headless=true"]
    if is_loopback(host):  # a website whose name is pointed at this machine does not get in
        command += [
            f"--server.allowedHosts={name}" for name in ("localhost", "127.0.0.1", "::1", host)
        ]
    group = {} if WINDOWS else {"process_group": 0}
    return subprocess.Popen(command, cwd=HERE, env=environment, **group)  # type: ignore[call-overload, no-any-return]  # nosec B603


class Keeper:
    """The server that runs now, and the wish that it stops: whoever stops this process stops the server.

    A server that ended in a way that a new start cures is started again: after 1, 2, 4, 8 and 16 seconds,
    and no more when that was within ten minutes.
    """

    def __init__(self, begin: "Callable[[], subprocess.Popen[bytes]]") -> None:
        self.begin = begin
        self.asked: list[int] = []  # the signals that came
        self.ends: list[float] = []  # when it ended by itself
        self.resting = False  # it was asked to stop while no server ran
        self.child = begin()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._hand_over)

    def _hand_over(self, number: int, _frame: object) -> None:
        self.asked.append(number)
        console_told_it = WINDOWS and number == signal.SIGINT
        if self.child.poll() is None and not console_told_it:
            self.child.terminate()  # for Ctrl+C too: it ends the same way, without a traceback

    def again(self, code: int) -> bool:
        """Start it once more, if its exit code and the number of tries allow that."""
        if self.asked or not (code == AGAIN or code < 0):
            return False
        now = time.monotonic()
        self.ends = [*(end for end in self.ends if now - end < CALM), now]
        how = f"ended with {code}" if code > 0 else f"was ended by signal {-code}"
        if len(self.ends) > TRIES:
            say(
                f"Marquee {how}, {len(self.ends)} times in {CALM // 60} minutes; it is not started again."
            )
            return False
        pause = PAUSE * 2 ** (len(self.ends) - 1)
        say(f"Marquee {how}. What was committed is safe; it starts again in {pause} s.")
        while not self.asked and time.monotonic() < now + pause:
            time.sleep(0.1)
        if self.asked:
            self.resting = True
            return False
        self.child = self.begin()
        if self.asked:  # between the two
            self.child.terminate()
        return True


def wait_until_up(child: "subprocess.Popen[bytes]", host: str, port: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < end:
        if healthy(host, port):
            return True
        time.sleep(0.1)
    return False


def can_show_browser() -> bool:
    if platform.system() == "Linux":
        return any(
            os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")
        )
    return True


def serve(python: str, environment: Mapping[str, str], host: str, port: int, browser: bool) -> int:
    keeper = Keeper(lambda: start(python, environment, host, port))
    begun, up = time.monotonic(), False
    while True:
        if wait_until_up(keeper.child, host, port, seconds=90):
            took = time.monotonic() - begun
            say(
                f"Marquee is ready after {took:.1f} s: {address(host, port)}   (stop it with Ctrl+C)"
            )
            if browser and not up and can_show_browser():
                webbrowser.open(address(host, port))
            up = True
        elif keeper.child.poll() is None:
            say(
                "Marquee does not answer yet; still waiting. See the lines above for what it is doing."
            )
        code = keeper.child.wait()
        begun = time.monotonic()
        if not up or not keeper.again(code):  # one that never was up has told why
            break
    asked = keeper.asked
    if asked and (code in (-signal.SIGTERM, -asked[-1]) or keeper.resting):
        return 0
    return code if code >= 0 else 128 - code


# --- the command ---------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    cli = argparse.ArgumentParser(
        prog="run_app.py",
        description="Set up Marquee (.venv, pinned requirements) when needed, and start it.",
        epilog="Every setting can also stand in the environment or in .env, see .env.example.",
    )
    cli.add_argument("--port", type=int, help="default: MARQUEE_PORT or 8501")
    cli.add_argument("--host", help="address to listen on; default: MARQUEE_HOST or 127.0.0.1")
    cli.add_argument("--database", type=Path, help="the DuckDB file; default: db/marquee.duckdb")
    cli.add_argument(
        "--data-dir", type=Path, help="raw files and the watched folder; default: data_uploads"
    )
    cli.add_argument("--no-browser", action="store_true", help="do not open a browser")
    cli.add_argument(
        "--no-install", action="store_true", help="take .venv, or else this Python, as it is"
    )
    cli.add_argument("--reinstall", action="store_true", help="make .venv anew")
    return cli


def settings(options: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    """The child's environment: options win over variables, variables over .env, those over defaults."""
    chosen = {
        "MARQUEE_HOST": "127.0.0.1",
        "MARQUEE_PORT": "8501",
        **read_dotenv(HERE / ".env"),
        **{name: value for name, value in environment.items() if value},
    }
    if options.host:
        chosen["MARQUEE_HOST"] = options.host
    if options.port is not None:
        chosen["MARQUEE_PORT"] = str(options.port)
    for name, path in (
        ("MARQUEE_DATABASE", options.database),
        ("MARQUEE_DATA_DIR", options.data_dir),
    ):
        if path is not None:  # relative to where the user stands; the server stands elsewhere
            chosen[name] = str(path.expanduser().absolute())
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    environment = settings(options, os.environ)
    host, port_text = environment["MARQUEE_HOST"].strip("[]"), environment["MARQUEE_PORT"]
    if not port_text.isascii() or not port_text.isdigit() or not 1 <= int(port_text) <= 65535:
        return fail(f"The port must be a number from 1 to 65535, not {port_text!r}.", 2)
    port = int(port_text)
    say("Marquee")
    try:
        check_address(host, port, environment.get("MARQUEE_API_TOKEN"))
        venv = Environment()
        if not options.no_install:
            venv.ensure(again=options.reinstall)
        python = str(venv.python) if venv.python.exists() else sys.executable
        return serve(python, environment, host, port, browser=not options.no_browser)
    except AddressError as error:
        return fail(str(error), 4)
    except SetupError as error:
        return fail(str(error), 3)
    except KeyboardInterrupt:
        return fail("stopped", 130)


def fail(text: str, code: int) -> int:
    print(text, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
