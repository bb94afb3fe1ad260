from __future__ import annotations

import io
import os
import zipfile

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._lambda.archive import archive, digest
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError


@pytest.fixture
def folder(tmp_path):
    """Sources, with what does not belong to them."""
    made = tmp_path / "code"
    (made / "inner" / "__pycache__").mkdir(parents=True)
    (made / "main.py").write_text("import inner.part\n", encoding="utf-8")
    (made / "inner" / "part.py").write_text("x = 1\n", encoding="utf-8")
    (made / "inner" / "__pycache__" / "part.pyc").write_bytes(b"1")
    return made


def names(content):
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_the_same_sources_give_the_same_bytes(folder):
    first = archive([str(folder)])
    os.utime(folder / "main.py", (1, 1))
    assert archive([str(folder)]) == first
    (folder / "main.py").write_text("changed", encoding="utf-8")
    assert digest(archive([str(folder)])) != digest(first)


def test_the_bytes_do_not_depend_on_the_machine(tmp_path):
    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    os.chmod(tmp_path / "a.py", 0o600)
    assert digest(archive([str(tmp_path / "a.py")])) == "YfH6mjM7aoXyyoFBXuhxLe9rI7aVtrp7Iel9oX9/YHk="


def test_folders_are_what_is_in_them_and_files_their_names(folder, tmp_path):
    (tmp_path / "extra.py").write_text("", encoding="utf-8")
    assert names(archive([str(folder), str(tmp_path / "extra.py")])) == ["extra.py", "inner/part.py", "main.py"]


def test_files_can_be_read_by_lambda(folder):
    for entry in zipfile.ZipFile(io.BytesIO(archive([str(folder)]))).infolist():
        assert entry.external_attr >> 16 == 0o100644


def test_a_zip_file_is_taken_as_it_is(tmp_path):
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as made:
        made.writestr("main.py", "")
    assert archive([str(tmp_path / "code.zip")]) == (tmp_path / "code.zip").read_bytes()


def test_sources_that_are_not_there(tmp_path):
    with pytest.raises(GatewayError, match="none.py does not exist"):
        archive([str(tmp_path / "none.py")])
    with pytest.raises(GatewayError, match="There is no file"):
        archive([str(tmp_path)])
