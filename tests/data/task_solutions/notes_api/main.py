import http.server
import json
import sys

notes = {}
last = 0
NOT_FOUND = 404, {"error": "not found"}
MISSING = 400, {"error": "text is missing"}


def text_in(body):
    try:
        value = json.loads(body)
    except ValueError:
        return None
    text = value.get("text") if isinstance(value, dict) else None
    return text if isinstance(text, str) and text.strip() else None


def answer(method, path, body):
    global last
    text = text_in(body)
    if path == "/notes" and method == "GET":
        return 200, list(notes.values())
    if path == "/notes" and method == "POST":
        if text is None:
            return MISSING
        last += 1
        notes[last] = {"id": last, "text": text}
        return 201, notes[last]
    name = path.removeprefix("/notes/")
    note = notes.get(int(name)) if name.isdecimal() else None
    if note is None:
        return NOT_FOUND
    if method == "DELETE":
        del notes[note["id"]]
        return 204, None
    if method == "PUT":
        if text is None:
            return MISSING
        note["text"] = text
        return 200, note
    return (200, note) if method == "GET" else NOT_FOUND


class Handler(http.server.BaseHTTPRequestHandler):
    def do(self):
        length = int(self.headers.get("Content-Length") or 0)
        status, value = answer(self.command, self.path, self.rfile.read(length))
        body = b"" if status == 204 else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
