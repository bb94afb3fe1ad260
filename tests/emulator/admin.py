"""The emulator's own API, below /_emulator/: what tests ask and tell it. AWS knows nothing of it."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from . import state as states

if TYPE_CHECKING:
    from .server import Emulator

Body = dict[str, Any]
Action = Callable[["Emulator", Body], Any]
_actions: dict[tuple[str, str], Action] = {}


def endpoint(method: str, name: str) -> Callable[[Action], Action]:
    """Marks the function behind an address; it is given the emulator and the request's JSON object."""

    def register(action: Action) -> Action:
        _actions[method, name] = action
        return action

    return register


def respond(emulator: Emulator, request: Request) -> Response:
    name = request.path.removeprefix("/_emulator/").strip("/")
    action = _actions.get((request.method, name))
    if action is None:
        known = ", ".join(sorted(f"{method} /_emulator/{path}" for method, path in _actions))
        return _json({"error": f"no {request.method} {request.path}; there is {known}"}, status=404)
    try:
        body = json.loads(request.get_data() or b"{}") if request.method == "POST" else request.args.to_dict()
        return _json(action(emulator, body))
    except (ValueError, TypeError, KeyError) as error:
        return _json({"error": str(error)}, status=400)


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, default=str), status=status, content_type="application/json")


@endpoint("GET", "health")
def health(emulator: Emulator, body: Body) -> Any:
    """That it is up, with which profile, and its time."""
    return {
        "status": "ok",
        "profile": emulator.profile.name,
        "speed": emulator.profile.speed,
        "now": emulator.world.now,
        "calls": len(emulator.record.calls),
        "problems": emulator.world.problems,
    }


@endpoint("GET", "calls")
def calls(emulator: Emulator, body: Body) -> Any:
    """The calls since the last reset; of those, the ones with the fields of the query (?mutating=true&service=ecs)."""
    every = emulator.record.as_dicts()
    for key, wanted in body.items():
        if every and key not in every[0]:
            raise ValueError(f"a call has no {key!r}; it has {', '.join(every[0])}")
        every = [call for call in every if str(call[key]).lower() == wanted.lower()]
    return {"calls": every}


@endpoint("POST", "reset")
def reset(emulator: Emulator, body: Body) -> Any:
    """Forget everything. With {"only": "calls"} or {"only": "faults"}, just that."""
    only = body.get("only")
    if only is None:
        emulator.reset()
    elif only == "calls":
        emulator.record.calls.clear()
    elif only == "faults":
        emulator.faults.faults.clear()
    else:
        raise ValueError(f"only is {only!r}: it must be calls or faults")
    return {"reset": only or "all"}


@endpoint("POST", "faults")
def faults(emulator: Emulator, body: Body) -> Any:
    """Add faults: {"faults": [{"kind": "throttle", "service": "ecs", "rate": 0.05}, ...]} (see faults.Fault)."""
    emulator.faults.add(body["faults"])
    return {"faults": len(emulator.faults.faults)}


@endpoint("GET", "faults")
def list_faults(emulator: Emulator, body: Body) -> Any:
    """The faults, and how often each has struck."""
    return {"faults": [{**dataclasses.asdict(fault), "operations": []} for fault in emulator.faults.faults]}


@endpoint("POST", "clock")
def clock(emulator: Emulator, body: Body) -> Any:
    """Advance the time: {"advance": seconds}. What is due by then happens."""
    emulator.world.clock.advance(float(body["advance"]))
    emulator.world.tick()
    return {"now": emulator.world.now}


@endpoint("POST", "state")
def state(emulator: Emulator, body: Body) -> Any:
    """Keep everything in a file, {"save": path}, or go back to what is in one, {"load": path}."""
    (action, path) = body.popitem()
    if action == "save":
        states.save_file(emulator, pathlib.Path(path))
    elif action == "load":
        states.load_file(emulator, pathlib.Path(path))
    else:
        raise ValueError(f"{action!r}: it must be save or load")
    return {action: path}
