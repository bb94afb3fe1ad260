"""Scripted stand-ins for a module, a boto3 client and the clock.

The client checks every call against botocore's own model, so a test fails when a wrapper sends what AWS does not take.
"""

from __future__ import annotations

import importlib

import botocore.exceptions
import botocore.session
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import Clock
from botocore import xform_name
from botocore.validate import validate_parameters

SESSION = botocore.session.get_session()
MODULES = "ansible_collections.portkey.gateway.plugins.modules"
READS = ("describe_", "list_", "get_")


def client_error(code, message="", operation="Operation", **fields):
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": message}, **fields}, operation)


def wrapped_error(code, message=""):
    return AnsibleAWSError(message="Failed", exception=client_error(code, message))


class FakeClient:
    """``script`` has, per method: the answer to every call, a list of answers (the last repeats), or a function."""

    def __init__(self, service, **script):
        self.calls = []
        self.script = {name: list(step) if isinstance(step, list) else [step] for name, step in script.items()}
        self.meta = type("Meta", (), {"service_model": SESSION.get_service_model(service)})()
        self._operations = {xform_name(name): name for name in self.meta.service_model.operation_names}

    def __getattr__(self, name):
        if name not in self._operations:
            raise AttributeError(name)
        return lambda **parameters: self._call(name, parameters)

    def _call(self, name, parameters):
        shape = self.meta.service_model.operation_model(self._operations[name]).input_shape
        validate_parameters(parameters, shape)
        self.calls.append((name, parameters))
        steps = self.script.get(name)
        assert steps, f"unexpected call: {name}({parameters})"
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if callable(step):
            step = step(**parameters)
        if isinstance(step, Exception):
            raise step
        return step

    def can_paginate(self, _name):
        return False

    def sent(self, name):
        return [parameters for called, parameters in self.calls if called == name]

    @property
    def writes(self):
        return [name for name, _parameters in self.calls if not name.startswith(READS)]


def argument_spec(module_name, monkeypatch):
    """What the module hands to run()."""
    module = importlib.import_module(f"{MODULES}.{module_name}")
    handed = {}
    monkeypatch.setattr(module, "run", lambda _act, **arguments: handed.update(arguments))
    module.main()
    return handed


class FakeModule:
    def __init__(self, spec, clients, check_mode=False, **options):
        validated = ArgumentSpecValidator(**spec).validate(options)
        assert not validated.error_messages, validated.error_messages
        self.params = validated.validated_parameters
        self.check_mode = check_mode
        self._clients = clients
        self.required_botocore = []

    def client(self, service):
        return self._clients[service]

    def require_botocore_at_least(self, version, **_reason):
        self.required_botocore.append(version)


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.seconds = 0.0
        self.sleeps = []

    def _sleep(self, seconds):
        self.sleeps.append(seconds)
        self.seconds += seconds

    @property
    def clock(self):
        return Clock(now=lambda: self.seconds, sleep=self._sleep, spread=lambda: 0.0)
