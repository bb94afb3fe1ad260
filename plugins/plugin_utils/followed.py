# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The action of a module that waits for deployments: it prints how far they are while the module runs.

A module cannot print, so it writes lines into a file, and a thread of the action reads them. An interruption is handed
on to the module, which ends in good order.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import tempfile
import threading
import typing as t
from collections.abc import Callable, Iterator

from ansible import constants, context
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.portkey.gateway.plugins.plugin_utils import progress_text

READ_SECONDS = 0.2
# How long an interrupted module may take to stop its deployments.
END_SECONDS = 30
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _terminal() -> int | None:
    """Ansible's own standard error. Its workers have none, and when a run is interrupted it shows no more of what
    they say; but this module is loaded before they are forked."""
    try:
        return os.dup(2)
    except OSError:
        return None


TERMINAL = _terminal()


class Reader(threading.Thread):
    """Hands on what the module writes, line by line, and to the module the signal that ends the run.

    It is this thread that looks for the signal, since the main one is in a call that a signal need not wake.
    """

    def __init__(self, path: str, take: Callable[[dict[str, t.Any]], None]) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._take = take
        self._ended = threading.Event()
        self._pid: int | None = None
        self.interruption: int | None = None
        self.signals, self.signals_writer = os.pipe()
        for end in (self.signals, self.signals_writer):
            os.set_blocking(end, False)

    def run(self) -> None:
        with open(self._path, encoding="utf-8") as file:
            rest = ""
            while True:
                # Asked before reading, so that nothing is missed of what was written before the end.
                is_last = self._ended.wait(READ_SECONDS)
                self._hear()
                *lines, rest = (rest + file.read()).split("\n")
                for line in lines:
                    self._read(json.loads(line))
                if is_last:
                    return

    def _read(self, line: dict[str, t.Any]) -> None:
        if "pid" in line:
            self._pid = line["pid"]
            if self.interruption:
                self._interrupt()
        if "facts" in line:
            self._take(line["facts"])

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            numbers = [number for number in os.read(self.signals, 64) if number in SIGNALS]
            if numbers and not self.interruption:
                self.interruption = numbers[0]
                timer = threading.Timer(END_SECONDS, self._give_up)
                timer.daemon = True
                timer.start()
                self._interrupt()

    def _interrupt(self, number: int = signal.SIGTERM) -> None:
        """Tell the module to end; one that does not wait yet is told when it does."""
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def _give_up(self) -> None:
        self._interrupt(signal.SIGKILL)
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os._exit(1)

    def end(self) -> None:
        self._ended.set()
        self.join()
        os.close(self.signals)
        os.close(self.signals_writer)


class FollowedAction(ActionBase):
    """``MODULE`` is the module's full name."""

    MODULE = ""
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True
    _supports_async = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        self._told_hooks: set[t.Any] = set()
        self._host = (task_vars or {}).get("inventory_hostname", "localhost")
        if self._task.check_mode or self._task.async_val or self._connection.transport != "local":
            return {**result, **self._execute(task_vars, None)}
        return {**result, **self._watch(task_vars)}

    def _execute(self, task_vars: dict[str, t.Any] | None, path: str | None) -> dict[str, t.Any]:
        return self._execute_module(
            module_name=self.MODULE,
            module_args={**self._task.args, "progress_file": path},
            task_vars=task_vars,
            wrap_async=bool(self._task.async_val and not self._connection.has_native_async),
        )

    def _watch(self, task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        descriptor, path = tempfile.mkstemp(prefix="progress-", dir=constants.DEFAULT_LOCAL_TMP)
        os.close(descriptor)
        reader = Reader(path, self._say)
        reader.start()
        try:
            with _heard_by(reader):
                result = self._execute(task_vars, path)
        finally:
            reader.end()
            os.unlink(path)
        if reader.interruption:
            self._say_goodbye(result)
            os.kill(os.getpid(), reader.interruption)
        return result

    def _say(self, facts: dict[str, t.Any]) -> None:
        display = Display()
        display.display(f"[{self._host}] {progress_text.line(facts)}")
        for hook in facts.get("hooks", []):
            if hook.get("id") not in self._told_hooks:
                self._told_hooks.add(hook.get("id"))
                display.display(f"[{self._host}] {progress_text.hook_line(facts, hook, self._playbook('promote'))}")

    def _playbook(self, verb: str) -> str:
        inventories = "".join(f" -i {source}" for source in context.CLIARGS.get("inventory") or ())
        return f"ansible-playbook portkey.gateway.{verb}{inventories} -l {self._host}"

    def _say_goodbye(self, result: dict[str, t.Any]) -> None:
        rollback = self._playbook("rollback")
        if not result.get("interrupted"):
            text = f"Interrupted. A deployment that was started goes on in AWS. To stop it with a rollback: {rollback}"
        else:
            text = f"{result['msg']}, or: {rollback}" if result.get("goes_on") else result["msg"]
        if TERMINAL is not None:
            with contextlib.suppress(OSError):
                os.write(TERMINAL, f"[{self._host}] {text}\n".encode())


@contextlib.contextmanager
def _heard_by(reader: Reader) -> Iterator[None]:
    """While it is entered, a signal to end is for the reader."""
    handlers: dict[int, t.Any] = {number: signal.signal(number, lambda *_signal: None) for number in SIGNALS}
    wakeup = signal.set_wakeup_fd(reader.signals_writer, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in handlers.items():
            signal.signal(number, handler)
