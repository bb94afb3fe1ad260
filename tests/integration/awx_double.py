"""An AWX of 24.6 for tests: as much of its API as playbooks/awx.yml needs, and as strict.

Which addresses there are is what awxkit, AWX's own client, knows of. What may be written stands in FIELDS, from AWX's
API reference: AWX ignores what it does not know, here it is refused, as it would be a mistake.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import jinja2
import jinja2.meta
from awxkit.api.resources import Resources
from listening import listening

Item = dict[str, Any]

TOKEN = "awx-double-token"
ENCRYPTED = "$encrypted$"
ADDRESSES = [
    re.compile(f"/api/v2/{pattern}")
    for name, pattern in vars(Resources).items()
    if isinstance(pattern, str) and name[0] == "_"
]

NAMED = {"name": str, "description": str}
OWNED = {**NAMED, "organization": "organizations"}
PROMPTS = {"ask_diff_mode_on_launch": bool, "allow_simultaneous": bool, "survey_enabled": bool}
# A text in the place of a type is where the id must be found.
FIELDS: dict[str, dict[str, Any]] = {
    "organizations": NAMED,
    "execution_environments": {**OWNED, "image": str, "pull": str},
    "projects": {
        **OWNED,
        "scm_type": str,
        "scm_url": str,
        "scm_branch": str,
        "scm_clean": bool,
        "scm_update_on_launch": bool,
        "credential": "credentials",
        "default_environment": "execution_environments",
    },
    "inventories": {**OWNED, "kind": str, "host_filter": str},
    "inventory_sources": {
        **NAMED,
        "inventory": "inventories",
        "source": str,
        "source_project": "projects",
        "source_path": str,
        "execution_environment": "execution_environments",
        "overwrite": bool,
        "overwrite_vars": bool,
        "update_on_launch": bool,
    },
    "credential_types": {**NAMED, "kind": str, "inputs": dict, "injectors": dict, "managed": bool},
    "credentials": {**OWNED, "credential_type": "credential_types", "inputs": dict},
    "job_templates": {
        **OWNED,
        **PROMPTS,
        "job_type": str,
        "inventory": "inventories",
        "project": "projects",
        "playbook": str,
        "execution_environment": "execution_environments",
        "extra_vars": str,
    },
    "workflow_job_templates": {**OWNED, "allow_simultaneous": bool, "inventory": "inventories"},
    "workflow_job_template_nodes": {
        "identifier": str,
        "workflow_job_template": "workflow_job_templates",
        "unified_job_template": "unified_job_templates",
        # Read only, and sent all the same.
        "type": str,
    },
    "workflow_approval_templates": {**NAMED, "timeout": int},
}
TYPES = {
    "organizations": "organization",
    "execution_environments": "execution_environment",
    "projects": "project",
    "inventories": "inventory",
    "inventory_sources": "inventory_source",
    "credential_types": "credential_type",
    "credentials": "credential",
    "job_templates": "job_template",
    "workflow_job_templates": "workflow_job_template",
    "workflow_job_template_nodes": "workflow_job_template_node",
    "workflow_approval_templates": "workflow_approval_template",
}
NEEDED = {
    "projects": {"name", "scm_url"},
    "execution_environments": {"name", "image"},
    "inventory_sources": {"name", "inventory", "source_project", "source_path"},
    "credentials": {"name", "credential_type", "organization"},
    "job_templates": {"name", "project", "playbook", "inventory"},
    "workflow_job_template_nodes": {"identifier", "workflow_job_template"},
}
EMPTY = {str: "", bool: False, int: 0, dict: {}}
UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources", "workflow_approval_templates")
ASSOCIATIONS = ("credentials", "success_nodes", "failure_nodes", "always_nodes")
SURVEY_TYPES = ("text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float")


class Refused(Exception):
    def __init__(self, status: int, message: Any) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclasses.dataclass
class Awx:
    """``items`` by endpoint and id; ``requests`` as they came."""

    playbooks: set[str]
    url: str = ""
    items: dict[str, dict[int, Item]] = dataclasses.field(default_factory=lambda: {name: {} for name in FIELDS})
    surveys: dict[int, Item] = dataclasses.field(default_factory=dict)
    linked: dict[tuple[int, str], list[int]] = dataclasses.field(default_factory=dict)
    requests: list[tuple[str, str, Any]] = dataclasses.field(default_factory=list)

    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, body in self.requests if method != "GET"]

    def one(self, endpoint: str, **fields: Any) -> Item:
        (found,) = [item for item in self.items[endpoint].values() if all(item[key] == fields[key] for key in fields)]
        return found

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        self.requests.append((method, path, body))
        if not any(address.fullmatch(path) for address in ADDRESSES):
            raise Refused(404, f"AWX has no {path}")
        endpoint, number, rest = _parts(path)
        if number is None:
            return self._collection(method, endpoint, query, body)
        if endpoint == "project_updates":
            return 200, {"id": number, "status": "successful"}
        item = self._find(endpoint, number)
        if rest == "survey_spec":
            return self._survey(method, number, body)
        if rest == "create_approval_template":
            return self._approval(method, item, body)
        if rest in ASSOCIATIONS:
            return self._association(method, number, rest, body)
        if method == "PATCH":
            self._check(endpoint, body, item)
            item.update(body)
        elif method != "GET":
            raise Refused(405, f"{method} {path}")
        return 200, self._shown(endpoint, item)

    def _collection(self, method: str, endpoint: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        if method == "POST":
            return 201, self._shown(endpoint, self._create(endpoint, body))
        if method != "GET":
            raise Refused(405, f"{method} {endpoint}")
        places = UNIFIED if endpoint == "unified_job_templates" else (endpoint,)
        found = [
            self._shown(place, item)
            for place in places
            for item in self.items[place].values()
            if _fits(item, query, endpoint)
        ]
        return 200, {"count": len(found), "next": None, "previous": None, "results": found}

    def _create(self, endpoint: str, body: Item) -> Item:
        self._check(endpoint, body, None)
        missing = NEEDED.get(endpoint, {"name"}) - {key for key, value in body.items() if value not in (None, "")}
        if missing:
            raise Refused(400, {key: ["This field is required."] for key in sorted(missing)})
        number = 1 + sum(len(items) for items in self.items.values())
        given = {key: value for key, value in body.items() if key != "type"}
        defaults = {key: EMPTY.get(kind) for key, kind in FIELDS[endpoint].items()}
        item = {**defaults, **given, "id": number, "type": TYPES[endpoint], "url": f"/api/v2/{endpoint}/{number}/"}
        self.items[endpoint][number] = item
        return item

    def _find(self, endpoint: str, number: int) -> Item:
        places = UNIFIED if endpoint == "unified_job_templates" else (endpoint,)
        for place in places:
            if number in self.items.get(place, {}):
                return self.items[place][number]
        raise Refused(404, f"there is no {endpoint}/{number}")

    def _check(self, endpoint: str, body: Item, before: Item | None) -> None:
        for key, value in body.items():
            if key not in FIELDS[endpoint]:
                raise Refused(400, f"{endpoint} has no field {key}")
            kind = FIELDS[endpoint][key]
            if isinstance(kind, str):
                if value is not None:
                    self._find(kind, value)
            elif not isinstance(value, kind) and not (key == "host_filter" and value is None):
                raise Refused(400, f"{endpoint}.{key} is {value!r}")
        self._check_unique(endpoint, body, before)
        check = getattr(self, f"_check_{TYPES[endpoint]}", None)
        if check:
            check({**(before or {}), **body})

    def _check_unique(self, endpoint: str, body: Item, before: Item | None) -> None:
        keys = (
            ("identifier", "workflow_job_template")
            if endpoint == "workflow_job_template_nodes"
            else ("name", "organization")
        )
        for other in self.items[endpoint].values():
            same = all(other.get(key) == body.get(key) for key in keys if key in FIELDS[endpoint])
            if before is None and same and endpoint != "workflow_approval_templates":
                raise Refused(400, {"__all__": [f"{endpoint} with this name already exists."]})

    def _check_job_template(self, item: Item) -> None:
        if item["playbook"] not in self.playbooks:
            raise Refused(400, {"playbook": ["Playbook not found for project."]})
        if not isinstance(json.loads(item.get("extra_vars") or "{}"), dict):
            raise Refused(400, {"extra_vars": ["Must be a dictionary."]})

    def _check_credential_type(self, item: Item) -> None:
        fields = {field["id"] for field in item["inputs"]["fields"]}
        for field in item["inputs"]["fields"]:
            if not set(field) <= {"id", "label", "type", "secret", "help_text"} or field["type"] not in (
                "string",
                "boolean",
            ):
                raise Refused(400, {"inputs": [f"{field} is not valid."]})
        for template in item["injectors"]["env"].values():
            used = jinja2.meta.find_undeclared_variables(jinja2.Environment().parse(template))
            if not used or not used <= fields:
                raise Refused(400, {"injectors": [f"{template} uses an undefined field."]})

    def _check_credential(self, item: Item) -> None:
        kind = self._find("credential_types", item["credential_type"])
        unknown = set(item.get("inputs") or {}) - {field["id"] for field in kind["inputs"]["fields"]}
        if unknown:
            raise Refused(400, {"inputs": [f"{sorted(unknown)} unknown"]})

    def _survey(self, method: str, number: int, body: Any) -> tuple[int, Any]:
        if method == "POST":
            check_survey(body)
            self.surveys[number] = body
            return 200, {}
        if method == "GET":
            return 200, self.surveys.get(number, {})
        raise Refused(405, method)

    def _approval(self, method: str, node: Item, body: Any) -> tuple[int, Any]:
        if method != "POST" or node["unified_job_template"] is not None:
            raise Refused(405, f"{method} on a node that has a template")
        made = self._create("workflow_approval_templates", body)
        node["unified_job_template"] = made["id"]
        return 201, self._shown("workflow_approval_templates", made)

    def _association(self, method: str, number: int, name: str, body: Any) -> tuple[int, Any]:
        endpoint = "credentials" if name == "credentials" else "workflow_job_template_nodes"
        linked = self.linked.setdefault((number, name), [])
        if method == "GET":
            found = [self._shown(endpoint, self._find(endpoint, one)) for one in linked]
            return 200, {"count": len(found), "next": None, "previous": None, "results": found}
        self._find(endpoint, body["id"])
        if body.get("disassociate"):
            linked.remove(body["id"])
        else:
            linked.append(body["id"])
        return 204, None

    def _shown(self, endpoint: str, item: Item) -> Item:
        related: Item = {}
        if item["type"] in ("job_template", "workflow_job_template"):
            related["survey_spec"] = f"{item['url']}survey_spec/"
        if item.get("unified_job_template") is not None:
            related["unified_job_template"] = self._find("unified_job_templates", item["unified_job_template"])["url"]
        more: Item = {"related": related, "summary_fields": {}}
        if item["type"] == "project":
            more |= {"scm_revision": "0" * 40, "summary_fields": {"current_update": {"id": item["id"]}}}
        if item["type"] == "credential":
            more["inputs"] = self._hidden(item)
        return {**item, **more}

    def _hidden(self, credential: Item) -> Item:
        kind = self._find("credential_types", credential["credential_type"])
        secret = {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}
        return {key: ENCRYPTED if key in secret else value for key, value in credential["inputs"].items()}


def _parts(path: str) -> tuple[str, int | None, str]:
    endpoint, number, rest = [*path.removeprefix("/api/v2/").strip("/").split("/"), "", ""][:3]
    return endpoint, int(number) if number else None, rest


def _fits(item: Item, query: dict[str, str], endpoint: str) -> bool:
    for key, value in query.items():
        if endpoint in FIELDS and key not in FIELDS[endpoint]:
            raise Refused(400, f"{endpoint} cannot be filtered by {key}")
        if str(item.get(key)) != value:
            return False
    return True


def check_survey(survey: Item) -> None:
    """What AWX checks of a survey."""
    if set(survey) != {"name", "description", "spec"} or not survey["spec"]:
        raise Refused(400, {"error": "a survey has name, description and spec"})
    variables = [question["variable"] for question in survey["spec"]]
    if len(variables) != len(set(variables)):
        raise Refused(400, {"error": "duplicate variable"})
    for question in survey["spec"]:
        _check_question(question)


def _check_question(question: Item) -> None:
    missing = {"type", "question_name", "variable", "required"} - set(question)
    kind, default = question.get("type"), question.get("default", "")
    if missing or kind not in SURVEY_TYPES:
        raise Refused(400, {"error": f"{question} lacks {missing}, or its type is none"})
    for bound in ("min", "max"):
        if bound in question and not isinstance(question[bound], int):
            raise Refused(400, {"error": f"{bound} of {question['variable']} is no number"})
    if kind == "integer" and default != "" and not question["min"] <= default <= question["max"]:
        raise Refused(400, {"error": f"the default of {question['variable']} is out of its bounds"})
    if kind in ("multiplechoice", "multiselect") and not set(default.splitlines()) <= set(question["choices"]):
        raise Refused(400, {"error": f"the default of {question['variable']} is no choice"})
    if kind == "text" and not isinstance(default, str):
        raise Refused(400, {"error": f"the default of {question['variable']} is no text"})


@contextlib.contextmanager
def running(playbooks: set[str]) -> Iterator[Awx]:
    awx = Awx(playbooks)
    with listening(_handler(awx)) as awx.url:
        yield awx


def _handler(awx: Awx) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            address = urllib.parse.urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            try:
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    raise Refused(401, "no token")
                query = dict(urllib.parse.parse_qsl(address.query))
                status, answer = awx.answer(self.command, address.path, query, body)
            except Refused as refused:
                status, answer = refused.status, refused.message
            text = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_DELETE = _any

        def log_message(self, *_arguments: Any) -> None:
            pass

    return Handler
