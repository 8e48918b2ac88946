import http.server
import sys
import urllib.parse


def answer(path):
    if path == "/":
        return 200, "Hello, world!"
    words = path.split("/")
    if len(words) == 3 and words[1] == "hello" and words[2]:
        return 200, f"Hello, {urllib.parse.unquote(words[2])}!"
    return 404, "not found"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, text = answer(urllib.parse.urlsplit(self.path).path)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
