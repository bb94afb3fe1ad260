"""make rehearse INVENTORY=...: the whole life of a stack, act by act, and a table of what came of it."""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import sys
import tempfile
from typing import Any

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("", "integration")]

# It lets the collection be imported by its full name.
importlib.import_module("conftest")

from acts import Done, Rehearsal, Stack  # noqa: E402
from ansible_collections.portkey.gateway.plugins.module_utils._config.names import resource_names  # noqa: E402
from ansible_run import Ansible  # noqa: E402
from standins import SECRETS, StandIns  # noqa: E402

from emulator.testing import running  # noqa: E402

READ = str(pathlib.Path(__file__).with_name("read.yml"))
SPEED = 60.0


def read(ansible: Ansible, inventory: str, limit: str | None) -> tuple[str, dict[str, Any]]:
    """The host that is the stack, and what the inventory gives it."""
    chosen = ["--limit", limit] if limit else []
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/{{{{ inventory_hostname }}}}"
        run = ansible.play(READ, *chosen, inventory=inventory, read_file=path, read_secrets=list(SECRETS))
        written = sorted(pathlib.Path(folder).iterdir())
        if run.returncode or len(written) != 1:
            found = (
                f"It has the stacks {', '.join(one.name for one in written)}: name one with LIMIT=..."
                if written
                else ""
            )
            raise SystemExit(f"{inventory} cannot be rehearsed. {found or run.output[-2000:]}")
        return written[0].name, json.loads(written[0].read_text())


def stack_of(inventory: str, host: str, given: dict[str, Any]) -> Stack:
    project, environment = given.get("portkey_project_name") or "portkey", given.get("portkey_environment") or "dev"
    region = given.get("portkey_aws_region") or "us-west-2"
    own = resource_names(project, environment, region)["cluster"]
    settings = given.get("portkey_gateway_deployment_configuration") or {}
    return Stack(
        inventory=inventory,
        host=host,
        id=f"{project}-{environment}",
        region=region,
        cluster=own if given.get("portkey_create_cluster", True) else given.get("portkey_cluster_name") or own,
        pauses=bool(given.get("portkey_gateway_pause_hooks") or settings.get("ready_wait_in_minutes")),
    )


def rehearse(inventory: str, limit: str | None, speed: float) -> list[Done]:
    with running("scaled", speed) as emulator:
        emulator.post("reset")
        ansible = Ansible(emulator.url)
        host, given = read(ansible, inventory, limit)
        stack = stack_of(inventory, host, given)
        made = StandIns(emulator, given, pathlib.Path(inventory))
        print(f"Rehearsing {stack.id} of {inventory} on an embedded AWS, whose clock runs {speed:g} times as fast.")
        if made.told:
            print(f"Stand-ins for what the account would have: {', '.join(made.told)}.")
        print()
        rehearsal = Rehearsal(emulator, ansible, stack, made.variables)
        row("", "act", "here", "calls", "writes", "what came of it")
        done: list[Done] = []
        for name in rehearsal.acts:
            done.append(rehearsal.play(name))
            show(done[-1])
            if not done[-1].ok and name in ("plan", "create"):
                print(f"\n{done[-1].output[-4000:]}")
                break
        return done


def show(done: Done) -> None:
    seconds = f"{done.seconds:.0f} s"
    row("ok" if done.ok else "FAILED", done.name, seconds, str(done.calls), str(done.writes), done.told)
    if done.traffic:
        row("", "", "", "", "", f"traffic of the new version: {done.traffic}")


def row(*cells: str) -> None:
    verdict, name, *numbers, told = cells
    print(f"{verdict:<8}{name:<12}" + "".join(f"{number:>7}" for number in numbers) + f"  {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="rehearsal", description=__doc__)
    parser.add_argument("inventory", help="a folder or file, as for ansible-playbook -i")
    parser.add_argument("--limit", help="the host, where the inventory has several stacks")
    parser.add_argument("--speed", type=float, default=SPEED, help="how much faster than real AWS's clock runs")
    arguments = parser.parse_args()
    done = rehearse(arguments.inventory, arguments.limit, arguments.speed)
    failed = [one.name for one in done if not one.ok]
    print(f"\n{len(done) - len(failed)} acts as they should be, {len(failed)} not.")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
