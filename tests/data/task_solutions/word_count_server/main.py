import http.server
import json
import sys

total = {"texts": 0, "lines": 0, "words": 0, "characters": 0}


def counted(text):
    lines = text.count("\n") + (1 if text and not text.endswith("\n") else 0)
    return {"lines": lines, "words": len(text.split()), "characters": len(text)}


def answer(method, path, body):
    if path not in ("/count", "/total"):
        return 404, {"error": "not found"}
    if (method, path) == ("GET", "/total"):
        return 200, total
    if (method, path) != ("POST", "/count"):
        return 405, {"error": "method not allowed"}
    found = counted(body.decode())
    for key, number in found.items():
        total[key] += number
    total["texts"] += 1
    return 200, found


class Handler(http.server.BaseHTTPRequestHandler):
    def do(self):
        length = int(self.headers.get("Content-Length") or 0)
        status, value = answer(self.command, self.path, self.rfile.read(length))
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
