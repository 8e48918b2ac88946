import http.server
import re
import sys

codes = {}
addresses, visits = [], []


def shortened(address):
    if not re.fullmatch(r"https?://\S+", address):
        return 400, "no address"
    if address in codes:
        return 200, codes[address]
    addresses.append(address)
    visits.append(0)
    codes[address] = str(len(addresses))
    return 201, codes[address]


def answer(method, path, body):
    if (method, path) == ("POST", "/links"):
        return shortened(body.decode())
    match = re.fullmatch("/([0-9]+)(/visits)?", path)
    if method != "GET" or not match or not 1 <= int(match[1]) <= len(addresses):
        return 404, "not found"
    place = int(match[1]) - 1
    if match[2]:
        return 200, str(visits[place])
    visits[place] += 1
    return 302, addresses[place]


class Handler(http.server.BaseHTTPRequestHandler):
    def do(self):
        length = int(self.headers.get("Content-Length") or 0)
        status, text = answer(self.command, self.path, self.rfile.read(length))
        body = b"" if status == 302 else text.encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", text)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
