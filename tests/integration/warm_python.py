"""An interpreter for modules that has loaded boto3 and Ansible already.

A run starts some eighty modules, and each of them spends most of its time on what is the same for all: imports, and the
descriptions of AWS's services. Here a server does that once and forks for each module; what Ansible takes for the
interpreter hands arguments, environment and open files over to the fork, and ends as it ends. Nothing of a collection
is loaded beforehand, so a module has of those what Ansible packed for it and nothing else.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import functools
import hashlib
import json
import marshal
import os
import pathlib
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
import zipimport
from typing import Any, NoReturn

SERVICES = ("ec2", "ecs", "elbv2", "iam", "logs", "ssm", "sts")
# It imports nothing that takes longer than what it saves.
CLIENT = """#!{python} -ES
import array, json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
called = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
files = array.array("i", [0, 1, 2])
server.sendmsg([len(called).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
server.sendall(called)
answer = server.recv(1)
sys.exit(answer[0] if answer else 70)
"""


@functools.cache
def warm_python() -> str:
    """The path of the interpreter. It serves as long as the process that asked for it lives."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    address = f"{folder}/socket"
    client = pathlib.Path(folder, "python")
    client.write_text(CLIENT.format(python=sys.executable, address=address))
    client.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        subprocess.Popen([sys.executable, __file__, folder], stdin=listening.fileno(), stdout=subprocess.PIPE)
    return str(client)


def _serve(listening: socket.socket, alive: int) -> None:
    """One process for each call, until nobody reads what this one could say."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gone = select.poll()
    gone.register(alive, 0)
    gone.register(listening, select.POLLIN)
    while all(file != alive for file, _event in gone.poll()):
        connection, _nobody = listening.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listening.close()
            _answer(connection)
        connection.close()


def _answer(connection: socket.socket) -> NoReturn:
    """Run what was called and tell how it ended. Whoever kills the caller kills the module."""
    size, ancillary, _flags, _address = connection.recvmsg(4, socket.CMSG_SPACE(3 * array.array("i").itemsize))
    called = b""
    while len(called) < int.from_bytes(size, "big"):
        called += connection.recv(65536)
    module = os.fork()
    if module == 0:
        connection.close()
        os.setpgrp()
        _be(*json.loads(called), array.array("i", ancillary[0][2]))
    ended = os.pidfd_open(module)
    readable, _writable, _errors = select.select([ended, connection], [], [])
    if ended not in readable:
        os.killpg(module, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(module, 0)[1])
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(bytes([code & 255]))
    os._exit(0)


def _be(arguments: list[str], environment: dict[str, str], folder: str, files: array.array[int]) -> NoReturn:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = arguments
    code = 1
    try:
        runpy.run_path(arguments[0], run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _compile(folder: str, path: str, source: bytes) -> Any:
    """Of what Ansible packed for a module, no file is compiled twice."""
    kept = pathlib.Path(folder, hashlib.sha256(source).hexdigest())
    if kept.exists():
        return marshal.loads(kept.read_bytes())
    code = compile(source, path, "exec", dont_inherit=True)
    new = kept.with_suffix(f".{os.getpid()}")
    new.write_bytes(marshal.dumps(code))
    new.rename(kept)
    return code


def _load(folder: str) -> None:
    import ansible.module_utils.basic  # noqa: F401
    import boto3.session
    import botocore.loaders

    # The clients of one session share what was read of a service's description; here those of all sessions do.
    read = functools.cache(botocore.loaders.JSONFileLoader().load_file)
    botocore.loaders.JSONFileLoader.load_file = lambda self, path: read(path)  # type: ignore[method-assign]
    zipimport._compile_source = functools.partial(_compile, folder)  # type: ignore[attr-defined]
    for service in SERVICES:
        boto3.session.Session(region_name="us-east-1").client(service)


if __name__ == "__main__":
    _load(sys.argv[1])
    _serve(socket.socket(fileno=0), alive=1)
