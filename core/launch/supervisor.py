"""Starts the server, says when it is up, passes signals on, and starts it again when that helps.

A server that ran and ended with 75, or by a signal that nobody sent through here, is started again, five
times within ten minutes at most.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess  # nosec B404
import time
import webbrowser
from collections.abc import Callable
from typing import Any

from core.launch.address import address, healthy
from core.launch.console import say
from core.launch.environment import HERE, WINDOWS

AGAIN = 75  # the server's exit code that asks for another start (app.py)
TRIES, CALM = 5, 600  # so many starts within so many seconds
PAUSE = 1  # seconds before the first of them; twice as many before each next one

Child = subprocess.Popen[bytes]


def start(command: list[str], environment: dict[str, str]) -> Child:
    """Start the server as a child in a group of its own, so that Ctrl+C reaches it once: from here."""
    group: dict[str, Any] = {} if WINDOWS else {"process_group": 0}
    return subprocess.Popen(command, cwd=HERE, env=environment, **group)  # nosec B603


class Keeper:
    """The server that runs now, and the wish that it stops: whoever stops this process stops the server.

    A server that ended in a way that a new start cures is started again: after 1, 2, 4, 8 and 16 seconds,
    and no more when that was within ten minutes.
    """

    def __init__(self, begin: Callable[[], Child]) -> None:
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
            often = f"{len(self.ends)} times in {CALM // 60} minutes"
            say(f"Marquee {how}, {often}; it is not started again.")
            return False
        pause = PAUSE * 2 ** (len(self.ends) - 1)
        say(f"Marquee {how}. What was committed is safe; it starts again in {pause} s.")
        return self._start_after(now + pause)

    def _start_after(self, moment: float) -> bool:
        while not self.asked and time.monotonic() < moment:
            time.sleep(0.1)
        if self.asked:
            self.resting = True
            return False
        self.child = self.begin()
        if self.asked:  # between the two
            self.child.terminate()
        return True

    def exit_code(self, code: int) -> int:
        """What this process ends with when the server ended with `code`: 0 if it was asked to."""
        if self.asked and (code in (-signal.SIGTERM, -self.asked[-1]) or self.resting):
            return 0
        return code if code >= 0 else 128 - code


def serve(begin: Callable[[], Child], host: str, port: int, browser: bool) -> int:
    """Keep a server running until it is asked to stop, or cannot be helped. Gives the exit code."""
    keeper = Keeper(begin)
    begun, up = time.monotonic(), False
    while True:
        if wait_until_up(keeper.child, host, port, seconds=90):
            where = address(host, port)
            took = time.monotonic() - begun
            say(f"Marquee is ready after {took:.1f} s: {where}   (stop it with Ctrl+C)")
            if browser and not up and can_show_browser():
                webbrowser.open(where)
            up = True
        elif keeper.child.poll() is None:
            say("Marquee does not answer yet; still waiting. See above for what it is doing.")
        code = keeper.child.wait()
        begun = time.monotonic()
        if not up or not keeper.again(code):  # one that never was up has told why
            return keeper.exit_code(code)


def wait_until_up(child: Child, host: str, port: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < end:
        if healthy(host, port):
            return True
        time.sleep(0.1)
    return False


def can_show_browser() -> bool:
    if platform.system() == "Linux":
        names = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")
        return any(os.environ.get(name) for name in names)
    return True
