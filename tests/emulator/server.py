"""The server: one WSGI application in front of moto, one request at a time."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from . import admin, registry, wire
from .faults import ConnectionReset, Faults
from .idempotency import Tokens
from .profiles import Profile
from .record import Record
from .world import World

HOST = "127.0.0.1"


class Emulator:
    """Answers AWS requests: ours, else moto's; records each; strikes with faults that were asked for."""

    def __init__(self, profile: Profile) -> None:
        registry.load_services()
        self.profile = profile
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.lock = threading.RLock()
        self.start()

    def start(self) -> None:
        """A new, empty world."""
        self.world = World(self.profile)
        self.record = Record()
        self.faults = Faults()
        self.tokens = Tokens()
        self.chance = random.Random(0)

    def reset(self) -> None:
        """Forget everything: moto's state, ours, the record and the faults."""
        _forget_backends()
        reset_model_data()
        self.start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            with self.lock:
                response = self._respond(environ)
        except ConnectionReset:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            # To werkzeug a caller who is gone, of whom it says nothing.
            raise ConnectionAbortedError from None
        return response(environ, start_response)

    def _respond(self, environ: dict[str, Any]) -> Response:
        if environ.get("PATH_INFO", "").startswith("/_emulator/"):
            return admin.respond(self, Request(environ))
        self.world.endpoint = f"http://{HOST}:{environ['SERVER_PORT']}"
        self.world.tick()
        identity = wire.identify(environ)
        answer = self._unknown(environ) if identity is None else self._answer(identity, environ)
        return Response(answer.body, status=answer.status, headers=answer.headers)

    def _answer(self, identity: wire.Identity, environ: dict[str, Any]) -> wire.Answer:
        call = registry.Call(
            service=identity.service,
            operation=identity.operation,
            region=identity.region,
            account=identity.account,
            access_key=identity.access_key,
            params=identity.params,
            forward=lambda: wire.forward(self.moto, environ),
        )
        try:
            answer = self._with_faults(identity, call)
        except ConnectionReset:
            self._remember(call, 0, "ConnectionReset")
            raise
        self._remember(call, answer.status, wire.error_code(answer))
        return answer

    def _unknown(self, environ: dict[str, Any]) -> wire.Answer:
        """A request without a signature, or of an operation that botocore does not know."""
        method = environ["REQUEST_METHOD"]
        try:
            answer = wire.forward(self.moto, environ)
        except Exception as error:
            answer = wire.Answer(501, {"Content-Type": "text/plain"}, f"moto has no answer: {error!r}".encode())
        self.record.add(
            time=self.world.now,
            service="unknown",
            operation=f"{method} {environ.get('PATH_INFO', '')}",
            region="",
            status=answer.status,
            error=wire.error_code(answer),
            mutating=method not in ("GET", "HEAD", "OPTIONS"),
            parameters={},
        )
        return answer

    def _with_faults(self, identity: wire.Identity, call: registry.Call) -> wire.Answer:
        fault = self.faults.strike(call, self.chance)
        if fault is not None and fault.after:
            self._handle(identity, call)
        if fault is not None:
            return wire.error_answer(identity, fault.error(call))
        return self._handle(identity, call)

    def _handle(self, identity: wire.Identity, call: registry.Call) -> wire.Answer:
        try:
            answer = self.tokens.replay(call)
            if answer is None:
                answer = self._handle_first(identity, call)
                self.tokens.remember(call, answer)
            return answer
        except (ServiceException, HTTPException) as error:
            return wire.error_answer(identity, error)
        except NotImplementedError as error:
            self.world.problem()
            missing = registry.AwsError("NotImplemented", f"the emulator has no {call.operation}: {error}", 501)
            return wire.error_answer(identity, missing)
        except Exception as error:
            self.world.problem()
            defect = registry.AwsError("InternalFailure", f"the emulator failed: {error!r}", 500)
            return wire.error_answer(identity, defect)

    def _handle_first(self, identity: wire.Identity, call: registry.Call) -> wire.Answer:
        handler = registry.handler_for(call.service, call.operation)
        if handler is None:
            return call.forward()
        result = handler(self.world, call)
        return result if isinstance(result, wire.Answer) else wire.serialize(identity, result)

    def _remember(self, call: registry.Call, status: int, error: str | None) -> None:
        self.record.add(
            time=self.world.now,
            service=call.service,
            operation=call.operation,
            region=call.region,
            status=status,
            error=error,
            mutating=call.mutating,
            parameters=call.params,
        )


def _forget_backends() -> None:
    """As BackendDict.reset(), which makes all of an account anew before it forgets it."""
    instances: list[Any] = BackendDict._instances  # type: ignore[misc]
    for backends in instances:
        for _unused, _unused, backend in backends.iter_backends():
            if type(backend).reset is not BaseBackend.reset:
                backend.reset()
        backends.clear()
    instances.clear()


def make(profile: Profile, port: int) -> BaseWSGIServer:
    """A server on the loopback address; port 0 takes any free one (``server_port`` tells which)."""
    return make_server(HOST, port, Emulator(profile), threaded=True, request_handler=_QuietHandler)


def served_by(httpd: BaseWSGIServer) -> Emulator:
    app: Any = httpd.app
    return app


class _QuietHandler(MotoRequestHandler):
    """No line per request: the record has them."""

    def log_request(self, *arguments: Any) -> None:
        pass
