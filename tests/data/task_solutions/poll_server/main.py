import http.server
import json
import sys

choices, votes = [], {}


def choose(value):
    fair = isinstance(value, list) and all(isinstance(each, str) for each in value)
    if not fair or len(value) < 2 or len(set(value)) < len(value):
        return 400, {"error": "bad choices"}
    choices[:] = value
    votes.clear()
    return 200, value


def vote(value):
    voter = value.get("voter") if isinstance(value, dict) else None
    if not isinstance(voter, str) or not voter or value.get("choice") not in choices:
        return 400, {"error": "bad vote"}
    status = 200 if voter in votes else 201
    votes[voter] = value["choice"]
    return status, {"voter": voter, "choice": value["choice"]}


def result():
    counts = {choice: list(votes.values()).count(choice) for choice in choices}
    most = max(counts.values(), default=0)
    first = [choice for choice, count in counts.items() if count == most]
    return 200, {"votes": counts, "winner": first[0] if len(first) == 1 and most else None}


def answer(method, path, body):
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if (method, path) == ("PUT", "/choices"):
        return choose(value)
    if (method, path) == ("POST", "/votes"):
        return vote(value)
    if (method, path) == ("GET", "/result"):
        return result()
    return 404, {"error": "not found"}


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
