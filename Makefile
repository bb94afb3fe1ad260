# make demo   the whole gateway on an AWS that runs on this machine
# make test   every check
# make test-faults   what runs survive, everywhere
# make test-long   the whole life of each feature that is off by default
# make rehearse INVENTORY=inventories/prod   what that configuration will live through, on the same AWS
# Everything is installed into .venv; nothing outside of this folder changes.

PYTHON        ?= $(shell tools/find-python)
VENV          ?= .venv
EMULATOR_PORT ?= 4599
INVENTORY     ?= inventories/local
ENDPOINT      := http://127.0.0.1:$(EMULATOR_PORT)
BIN           := $(abspath $(VENV))/bin
export VENV EMULATOR_PORT
export PATH := $(BIN):$(PATH)

.PHONY: setup demo emulator stop test test-faults test-long lint sanity units-oldest pytest molecule molecule-ci bench build docs rehearse clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.txt meta/ee-requirements.txt tests/requirements.txt constraints.txt
	@test -n "$(PYTHON)"
	@echo "Setting up $(VENV) with $(PYTHON) (a minute or two, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -r tests/requirements.txt -c constraints.txt
	@touch $@

demo: setup
	@tools/emulator start
	@AWS_ENDPOINT_URL=$(ENDPOINT) $(BIN)/ansible-playbook site.yml -i $(INVENTORY)
	@echo
	@echo "The embedded AWS goes on at $(ENDPOINT). Look: curl $(ENDPOINT)/_emulator/calls. Stop: make stop"

emulator: setup
	@PYTHONPATH=tests exec $(BIN)/python -m emulator

stop:
	@tools/emulator stop

# Quick checks first, then two at a time what has one process each; pytest last, so that its summary is the closing line.
test: lint build
	+@$(MAKE) --no-print-directory --jobs 2 --output-sync=target sanity molecule-ci units-oldest
	@$(MAKE) --no-print-directory pytest

# antsibull-docs copies what git knows of a folder, so git must not look at the collections in $(VENV).
lint: setup
	$(BIN)/yamllint --strict .
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd $(abspath collections) && $(BIN)/mypy --config-file $(CURDIR)/pyproject.toml -p ansible_collections.portkey.gateway.plugins
	$(BIN)/mypy tests/emulator
	$(BIN)/ansible-lint
	$(BIN)/antsibull-changelog lint
	GIT_CEILING_DIRECTORIES=$(dir $(abspath $(VENV))) $(BIN)/antsibull-docs lint-collection-docs --plugin-docs \
	  --validate-collection-refs dependent --skip-rstcheck .
	$(BIN)/python docs/build_variables.py --check

# All sanity tests that run without containers, and the unit tests the way Ansible's own CI runs them.
sanity: setup
	$(BIN)/python tools/ansible-test sanity --color no
	$(BIN)/python tools/ansible-test units --color no

# The unit tests on the oldest Python and ansible-core that are supported, where this machine has them.
units-oldest: setup
	@if oldest=$$(tools/find-python 3.11 3.12 2>/dev/null); then \
	  $(MAKE) --no-print-directory VENV=$(VENV)/oldest PYTHON=$$oldest setup && \
	  $(VENV)/oldest/bin/python -m pytest --quiet tests/unit; \
	else echo "No Python 3.11 starts here: the unit tests ran on $$($(BIN)/python --version) only"; fi

build: setup
	$(BIN)/ansible-galaxy collection build --force --output-path build .

pytest: setup
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --durations 40

# Every scenario, or those that are named: make molecule SCENARIOS="vpc site". They make no connection but to 127.0.0.1.
# CI runs a role on the embedded AWS, and what goes with LocalStack.
molecule-ci: SCENARIOS = secrets localstack localstack_site
molecule molecule-ci: setup
	env -u AWS_PROFILE $(BIN)/molecule test $(if $(SCENARIOS),$(SCENARIOS:%=--scenario-name=%),--all)

docs: setup
	$(BIN)/python docs/build_site.py

# What an inventory will live through: make rehearse INVENTORY=inventories/prod [LIMIT=host]
rehearse: setup
	@$(BIN)/python tests/rehearsal $(INVENTORY) $(if $(LIMIT),--limit $(LIMIT))

# Kills runs at every single write and disturbs every call: hours. The tests above do so at some.
test-faults: setup
	$(BIN)/python -m pytest --faults -v --log-cli-level=INFO tests/integration/test_faults.py \
	  tests/unit/plugins/module_utils/_config/test_config_bad_*.py

# Features that are switched on one by one: changed, switched off, on again. The tests above make and remove them.
test-long: setup
	$(BIN)/python -m pytest --long --numprocesses 2 --dist loadfile tests/integration

bench: setup
	$(BIN)/python tests/benchmark

clean: stop
	rm -rf $(VENV) .venv-localstack build .emulator
