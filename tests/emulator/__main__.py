"""python -m emulator: the embedded AWS, in the foreground."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import signal
import sys

from . import server, state
from .profiles import profile


def main() -> int:
    parser = argparse.ArgumentParser(prog="emulator", description="An AWS on 127.0.0.1 for tests and demos.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("EMULATOR_PORT", "4599")))
    parser.add_argument("--profile", default=os.environ.get("EMULATOR_PROFILE", "instant"))
    parser.add_argument("--speed", type=float, default=float(os.environ.get("EMULATOR_SPEED", "60")))
    parser.add_argument("--state", type=pathlib.Path, default=os.environ.get("EMULATOR_STATE"))
    arguments = parser.parse_args()
    try:
        chosen = profile(arguments.profile, arguments.speed)
        httpd = server.make(chosen, arguments.port)
        emulator = server.served_by(httpd)
        if arguments.state and arguments.state.exists():
            state.load_file(emulator, arguments.state)
    except (ValueError, OSError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_unused: sys.exit(0))
    address = f"http://{server.HOST}:{httpd.server_port}"
    print(f"emulator: AWS_ENDPOINT_URL={address} profile={chosen.name} (stop with Ctrl-C)", flush=True)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            httpd.serve_forever()
    finally:
        if arguments.state:
            state.save_file(emulator, arguments.state)
    return 0


if __name__ == "__main__":
    sys.exit(main())
