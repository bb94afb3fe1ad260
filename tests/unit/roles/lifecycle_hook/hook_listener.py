"""A stand-in for the test listener."""

from __future__ import annotations

import http.server
import json

REFUSAL = (401, {"Content-Type": "application/json"}, {"status": "failure", "message": "Invalid API Key"})
GREETING = {"jsonrpc": "2.0", "id": 1, "result": {"protocolVersion": "2025-06-18"}}


class Handler(http.server.BaseHTTPRequestHandler):
    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.server.seen.append((self.path, dict(self.headers), body))
        answer = self.server.answers.get(self.path, (404, {}, "nothing here"))
        if callable(answer):
            answer = answer(body, len([path for path, _headers, _body in self.server.seen if path == self.path]))
        status, headers, content = answer
        data = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _answer

    def log_message(self, *_arguments):
        pass
