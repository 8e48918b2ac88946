"""Pages before a witness with a browser: what they load, show, and do when they are clicked."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.witnessing import See, witnesses

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        not shutil.which("chromium") and not os.environ.get("SOFTHOUSE_TESTS_REQUIRE_BROWSER"),
        reason="needs Chromium",
    ),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def see(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[See]:
    async with witnesses("bubblewrap", tmp_path_factory.mktemp("cache")) as see:
        yield see


COUNTER = """
<h1>Counter</h1><p id="count">0</p><button id="more">More</button><input placeholder="name">
<a href="#top">Top</a><form><button>Send</button></form>
"""
RIGHT = {
    "a page with a script and a style": (
        {
            "index.html": f'<link rel="stylesheet" href="style.css">{COUNTER}<script src="script.js"></script>',
            "style.css": "h1 { color: teal }",
            "script.js": "const count = document.getElementById('count');\n"
            "document.getElementById('more').onclick = () => { count.textContent++; };\n",
        },
        "opens as a page and answers 4 clicks",
    ),
    "several pages that lead to each other": (
        {
            "start.html": "<h1>Start</h1><a href='about us.html'>About</a> <a href='a/deep.html'>Deep</a>"
            "<a href='https://elsewhere.example.org/'>Away</a>",
            "about us.html": "<h1>About</h1>",
            "a/deep.html": "<h1>Deep</h1><a href='/never/followed.html'>no</a>",
        },
        "opens as a page, and so do 2 that it leads to",
    ),
    "a page of modules, as it is built": (
        {
            "dist/index.html": '<div id="root"></div><script type="module" src="/assets/a.js"></script>',
            "dist/assets/a.js": "import { name } from './b.js';\n"
            "document.getElementById('root').innerHTML = `<h1>${name}</h1>`;\n",
            "dist/assets/b.js": "export const name = 'Ada';\n",
        },
        "opens as a page",
    ),
    "a page that draws late": (
        {"index.html": "<script>setTimeout(() => document.write('<h1>Hi</h1>'), 700)</script>"},
        "opens as a page",
    ),
    "a page that shows nothing until it is clicked": (
        {
            "index.html": "<script>document.onclick = () => document.write('<h1>Begun</h1>')</script>"
        },
        "opens as a page and answers 1 click",
    ),
    "a game that draws all the time, and asks": (
        {
            "index.html": "<canvas id=c></canvas><script>\nconst c = document.getElementById('c')"
            ".getContext('2d');\nlet x = 0;\nfunction draw() { c.fillRect(x++ % 200, 9, 9, 9); "
            "requestAnimationFrame(draw); }\nalert('ready?'); draw();\n</script>"
        },
        "opens as a page",
    ),
}


@pytest.mark.parametrize("page", RIGHT)
async def test_a_right_page_starts(see: See, page: str) -> None:
    files, words = RIGHT[page]
    sighting = await see(files)
    assert (sighting.holds, sighting.how) == (True, words), sighting.output
    assert sighting.pictures


WRONG = {
    "a blank page": (
        {"index.html": "<body><div id='root'></div><script>let root;</script></body>"},
        "the page is blank",
    ),
    "a page that breaks": (
        {"index.html": "<h1>Hi</h1><script>\nmissing.call();\n</script>"},
        "the page breaks: ReferenceError: missing is not defined (line 2)",
    ),
    "a module that breaks before it shows anything": (
        {
            "index.html": '<div id="root"></div><script type="module" src="main.js"></script>',
            "main.js": "import { name } from './b.js';\nroot.innerHTML = name.big();\n",
            "b.js": "export const name = ['Ada'];\n",
        },
        "the page breaks: TypeError: name.big is not a function (line 2)",
    ),
    "a module that another one does not offer": (
        {
            "index.html": '<h1>Hi</h1><script type="module" src="main.js"></script>',
            "main.js": "import { nobody } from './b.js';\n",
            "b.js": "export const name = 'Ada';\n",
        },
        "the page breaks: SyntaxError: The requested module './b.js' does not provide an export named 'nobody' (line 1)",
    ),
    "a game that breaks at the first key": (
        {
            "index.html": "<h1>Hi</h1><script>document.onkeydown = pressed => { move(pressed) }</script>"
        },
        "the page breaks: ReferenceError: move is not defined (line 1)",
    ),
    "a game that freezes at the first key": (
        {
            "index.html": "<h1>Hi</h1><script>document.onkeydown = () => { while (true) {} }</script>"
        },
        "the page is frozen after keys",
    ),
    "a promise that nobody caught": (
        {"index.html": "<h1>Hi</h1><script>Promise.reject(new Error('no'))</script>"},
        "the page breaks: Error: no (line 1)",
    ),
    "an error on the console": (
        {"index.html": "<h1>Hi</h1><script>console.error('no data')</script>"},
        "the page breaks: console.error: no data",
    ),
    "a script that is not there": (
        {"index.html": "<h1>Hi</h1><script src='script.js'></script>"},
        "the page breaks: /script.js is answered with 404",
    ),
    "a button that breaks": (
        {"index.html": "<h1>Hi</h1><button onclick='add()'>Add</button>"},
        "the page breaks: ReferenceError: add is not defined (line 1)",
    ),
    "a page whose link leads nowhere": (
        {"index.html": "<h1>Hi</h1><a href='about.html'>About</a>"},
        "the page breaks: /about.html is answered with 404",
    ),
    "a page whose link leads to one that breaks": (
        {
            "index.html": "<h1>Hi</h1><a href='about.html'>About</a>",
            "about.html": "<h1>Hi</h1><script>missing()</script>",
        },
        "the page breaks: ReferenceError: missing is not defined (line 1)",
    ),
    "a page whose link leads to a blank one": (
        {"index.html": "<h1>Hi</h1><a href='about.html'>About</a>", "about.html": "<p></p>"},
        "the page breaks: /about.html is blank",
    ),
    "a frozen page": (
        {"index.html": "<h1>Hi</h1><script>while (true) {}</script>"},
        "the page is frozen when it is opened",
    ),
    "a button that freezes it": (
        {"index.html": "<h1>Hi</h1><button onclick='while (true) {}'>Go</button>"},
        "the page is frozen after a click on button Go",
    ),
}


@pytest.mark.parametrize("page", WRONG)
async def test_a_broken_page_does_not_start(see: See, page: str) -> None:
    files, words = WRONG[page]
    sighting = await see(files)
    assert (sighting.holds, sighting.how) == (False, words), sighting.output


def served(page: str, **answers: tuple[int, str]) -> dict[str, str]:
    """A program that answers with this page, and on other paths with a status and a text."""
    return {
        "main.py": "from http.server import BaseHTTPRequestHandler, HTTPServer\n"
        f"PAGES = { ({'/': (200, page)} | {f'/{name}': answer for name, answer in answers.items()})!r}\n"
        "class Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n"
        "        status, text = PAGES.get(self.path, (404, ''))\n        self.send_response(status)\n"
        "        self.send_header('content-type', 'text/html')\n        self.end_headers()\n"
        "        self.wfile.write(text.encode())\n"
        "    do_POST = do_GET\n"
        "HTTPServer(('', 8000), Handler).serve_forever()\n"
    }


ASKS = (
    "<h1>Hi</h1><a href='/more'>More</a><button onclick=\"fetch('/add', {method: 'POST'})"
    ".then(answer => answer.ok || console.error('refused'))\">Add</button>"
)
SERVED = {
    "a page with a link and a form that is refused": (
        served(ASKS, more=(200, "<h1>More</h1>"), add=(400, "a name is missing")),
        True,
        "/ opens as a page and answers 1 click, and so does 1 that it leads to",
    ),
    "words": (served("Hello"), True, "serves on port 8000: / 200"),
    "a page that breaks": (
        served("<h1>Hi</h1><script>missing()</script>"),
        False,
        "the page breaks: ReferenceError: missing is not defined (line 1)",
    ),
    "a page without its script": (
        served("<h1>Hi</h1><script src='/app.js'></script>"),
        False,
        "the page breaks: /app.js is answered with 404",
    ),
    "a link to nothing": (
        served("<h1>Hi</h1><a href='/none'>None</a>"),
        False,
        "the page breaks: /none is answered with 404",
    ),
}


@pytest.mark.parametrize("page", SERVED)
async def test_the_page_that_a_server_answers_with_is_opened_too(see: See, page: str) -> None:
    files, holds, words = SERVED[page]
    sighting = await see(files)
    assert (sighting.holds, words in sighting.how) == (holds, True), sighting
    assert bool(sighting.pictures) == (page != "words")


LATE = """
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/":
            time.sleep(0.4)
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(PAGES[self.path.partition("?")[0]])
PAGES = {"/": b"<h1>Hi</h1><form action='/next'><button>Go</button></form><button>Stay</button>",
    "/next": b"<h1>Next</h1><button onclick='missing()'>First</button><button onclick='missing()'>Break</button>"}
HTTPServer(("", 8000), Handler).serve_forever()
"""


async def test_the_page_that_a_form_leads_to_is_waited_for_and_used(see: See) -> None:
    sighting = await see({"main.py": LATE})
    assert (sighting.holds, sighting.how) == (
        False,
        "the page breaks: ReferenceError: missing is not defined (line 1)",
    ), sighting.output


CDN = "<script src='https://cdn.example.org/react.js'></script>"


async def test_a_page_that_is_well_without_the_network_says_what_it_wanted(see: See) -> None:
    sighting = await see({"index.html": f"<h1>Hi</h1>{CDN}"})
    assert sighting.holds is True
    assert sighting.unseen == ("the page: needs the network for cdn.example.org",)


async def test_a_page_that_is_nothing_without_the_network_is_unseen(see: See) -> None:
    sighting = await see({"index.html": f"<h1>Hi</h1>{CDN}<script>React.start()</script>"})
    assert sighting.holds is None
    assert "needs the network (cdn.example.org)" in sighting.how


@pytest.mark.engine
async def test_without_a_browser_a_page_is_unseen(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with witnesses("docker", tmp_path_factory.mktemp("cache")) as see:
        sighting = await see({"index.html": "<h1>Hi</h1>"})
        serving = await see(served("<h1>Hi</h1>"))
    assert sighting.holds is None
    assert sighting.how == "needs a browser, which this sandbox does not have"
    assert serving.holds is True
    assert serving.unseen == ("the page /: needs a browser, which this sandbox does not have",)
