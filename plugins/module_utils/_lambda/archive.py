# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A function's sources as a zip file: the same bytes for the same sources, whenever and wherever it is made."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Sequence

from ..module import GatewayError

# The earliest moment that a zip file can tell.
MOMENT = (1980, 1, 1, 0, 0, 0)
UNIX = 3
FILE, PROGRAM = 0o100644, 0o100755
LEFT_OUT_FOLDERS = ("__pycache__", ".git")
LEFT_OUT_ENDINGS = (".pyc", ".pyo")


def archive(sources: Sequence[str]) -> bytes:
    """Files by their names, folders by what is in them. A single zip file is taken as it is."""
    for source in sources:
        if not os.path.exists(source):
            raise GatewayError(f"The function's source {source} does not exist")
    if len(sources) == 1 and sources[0].endswith(".zip") and os.path.isfile(sources[0]):
        return _read(sources[0])
    found = dict(pair for source in sources for pair in _files(source))
    if not found:
        raise GatewayError(f"There is no file in {', '.join(sources)}")
    buffer = io.BytesIO()
    # Stored, not compressed: another version of zlib would make other bytes.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as zipped:
        for name in sorted(found):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.create_system = UNIX
            entry.external_attr = (PROGRAM if os.access(found[name], os.X_OK) else FILE) << 16
            zipped.writestr(entry, _read(found[name]))
    return buffer.getvalue()


def digest(content: bytes) -> str:
    """As Lambda tells it of a function's code."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _files(source: str) -> Iterator[tuple[str, str]]:
    """Name in the archive, and path."""
    if os.path.isfile(source):
        yield os.path.basename(source), source
        return
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name not in LEFT_OUT_FOLDERS]
        for name in names:
            if not name.endswith(LEFT_OUT_ENDINGS):
                path = os.path.join(folder, name)
                yield os.path.relpath(path, source).replace(os.sep, "/"), path
