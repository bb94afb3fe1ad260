from __future__ import annotations

import os

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.group import Group
from ansible.inventory.host import Host
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import vars_loader

pytest.importorskip("hcl2")

NAME = "portkey.gateway.tfvars"


@pytest.fixture
def plugin(monkeypatch):
    monkeypatch.delenv("PORTKEY_TFVARS_FILES", raising=False)

    def load(files=None):
        if files:
            monkeypatch.setenv("PORTKEY_TFVARS_FILES", files)
        vars_loader._plugin_instance_cache = None
        return vars_loader.get(NAME)

    yield load
    vars_loader._plugin_instance_cache = None


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, text in files.items():
            file = tmp_path / name.replace("__", "/").replace("_tfvars", ".tfvars").replace("_json", ".json")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return str(tmp_path)

    return write


def test_files_are_those_of_the_groups_and_the_host(plugin, folder):
    path = folder(
        group_vars__all_tfvars="num_az = 1\n",
        group_vars__all__more_tfvars="target_capacity = 80\n",
        group_vars__all__even_tfvars_json='{"environment": "prod"}',
        group_vars__other_tfvars="num_az = 6\n",
        host_vars__eu_tfvars="num_az = 3\n",
        group_vars__all_txt="num_az = 9\n",
    )
    vars_plugin, loader = plugin(), DataLoader()
    assert vars_plugin.get_vars(loader, path, [Group("all")]) == {
        "portkey_num_az": 1,
        "portkey_target_capacity": 80,
        "portkey_environment": "prod",
    }
    assert vars_plugin.get_vars(loader, path, Host("eu")) == {"portkey_num_az": 3}
    assert vars_plugin.get_vars(loader, path, [Host("us")]) == {}


def test_files_that_are_named_hold_for_all(plugin, folder):
    path = folder(terraform__prod_tfvars="num_az = 4\n", inventory__hosts="")
    vars_plugin, loader = plugin(os.path.join(path, "terraform/prod.tfvars")), DataLoader()
    inventory = os.path.join(path, "inventory")
    assert vars_plugin.get_vars(loader, inventory, [Group("all")]) == {"portkey_num_az": 4}
    assert vars_plugin.get_vars(loader, inventory, [Group("some")]) == {}


def test_a_file_that_changes_is_read_again(plugin, folder):
    path = folder(group_vars__all_tfvars="num_az = 1\n")
    vars_plugin, loader = plugin(), DataLoader()
    assert vars_plugin.get_vars(loader, path, [Group("all")]) == {"portkey_num_az": 1}
    file = os.path.join(path, "group_vars/all.tfvars")
    folder(group_vars__all_tfvars="num_az = 2\n")
    os.utime(file, ns=(1, 1))
    assert vars_plugin.get_vars(DataLoader(), path, [Group("all")]) == {"portkey_num_az": 2}


def test_what_cannot_be_translated_stops_the_inventory(plugin, folder):
    path = folder(group_vars__all_tfvars="num_az = var.zones\n")
    with pytest.raises(AnsibleParserError, match=r"num_az \(line 1\)"):
        plugin().get_vars(DataLoader(), path, [Group("all")])


def test_a_file_that_is_named_but_not_there_stops_the_inventory(plugin, folder):
    path = folder(hosts="")
    with pytest.raises(AnsibleParserError, match="none.tfvars"):
        plugin(os.path.join(path, "none.tfvars")).get_vars(DataLoader(), path, [Group("all")])


def test_what_is_unknown_is_warned_of(plugin, folder, monkeypatch):
    path = folder(group_vars__all_tfvars="enable_bedrock_access = true\n")
    vars_plugin = plugin()
    said: list[str] = []
    monkeypatch.setattr(vars_plugin._display, "warning", said.append)
    assert vars_plugin.get_vars(DataLoader(), path, [Group("all")]) == {"portkey_enable_bedrock_access": True}
    assert len(said) == 1 and said[0].endswith("no variables of portkey.gateway: enable_bedrock_access")
