"""The whole state of an emulator in one piece: to keep it in a file, and to give many tests the same stack quickly.

What is scheduled for later are functions with what they close over, which cloudpickle can keep and pickle can not.
A state is code: load only files that you made yourself.
"""

from __future__ import annotations

import collections
import io
import pathlib
import pickle
import threading
import weakref
from typing import TYPE_CHECKING, Any

import cloudpickle
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from moto import backends as moto_backends
from moto.core.base_backend import BackendDict

if TYPE_CHECKING:
    from .server import Emulator

_PEM = serialization.Encoding.PEM
_LOCK = type(threading.RLock())
KEPT = ("world", "record", "faults", "tokens", "chance")


class _Pickler(cloudpickle.Pickler):
    """moto's stores are global: what is kept of one is its name, where something refers to it."""

    def persistent_id(self, thing: Any) -> str | None:
        return thing.service_name if isinstance(thing, BackendDict) else None

    def reducer_override(self, thing: Any) -> Any:
        """moto derives from defaultdict with another constructor, which pickle would call with the factory."""
        kind = type(thing)
        if isinstance(thing, collections.defaultdict) and kind is not collections.defaultdict:
            return _empty, (kind, thing.default_factory), vars(thing), None, iter(dict.items(thing))
        if isinstance(thing, weakref.WeakValueDictionary):
            return weakref.WeakValueDictionary, (dict(thing),)
        # moto's registry of images has one, which nobody holds between two calls.
        if isinstance(thing, _LOCK):
            return threading.RLock, ()
        # A certificate of ACM's and its key are objects of OpenSSL; their text is kept.
        if isinstance(thing, x509.Certificate):
            return _certificate, (thing.public_bytes(_PEM),)
        if isinstance(thing, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            text = thing.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            return _key, (text,)
        return super().reducer_override(thing)


def _store(name: str) -> Any:
    find: Any = moto_backends.get_backend
    return find(name)


def _empty(kind: type[collections.defaultdict[Any, Any]], factory: Any) -> collections.defaultdict[Any, Any]:
    made = kind.__new__(kind)
    collections.defaultdict.__init__(made, factory)
    return made


def _certificate(text: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(text)


def _key(text: bytes) -> Any:
    return serialization.load_pem_private_key(text, None)


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: str) -> Any:
        return _store(pid)


def dump(emulator: Emulator) -> bytes:
    used: list[Any] = BackendDict._instances  # type: ignore[misc]
    moto = {backends.service_name: dict(backends) for backends in used}
    target = io.BytesIO()
    _Pickler(target).dump((moto, {name: getattr(emulator, name) for name in KEPT}))
    return target.getvalue()


def load(emulator: Emulator, content: bytes) -> None:
    """The clock goes on from the wall's time, so what fell due in between happens at the next request."""
    # First, because moto's reset closes the files of all objects in S3 that there are, the kept ones too.
    emulator.reset()
    moto, kept = _Unpickler(io.BytesIO(content)).load()
    used: list[Any] = BackendDict._instances  # type: ignore[misc]
    for name, accounts in moto.items():
        store = _store(name)
        store.update(accounts)
        used.append(store)
    for name, value in kept.items():
        setattr(emulator, name, value)
    # What was made in no time may be changed at AWS's pace.
    emulator.world.profile = emulator.profile


def save_file(emulator: Emulator, path: pathlib.Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and moved, so that another process never reads half of it.
    unfinished = path.with_name(f"{path.name}.{id(emulator)}")
    unfinished.write_bytes(dump(emulator))
    unfinished.replace(path)


def load_file(emulator: Emulator, path: pathlib.Path) -> None:
    load(emulator, path.read_bytes())
