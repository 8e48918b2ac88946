"""What the gateway to packages hands in, what it asks for outside, and what it does not."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientPayloadError, ClientSession, UnixConnector

from tests.support.package_index import Index, npm_package, serving, source_archive, wheel
from warehouse.errors import SandboxError
from warehouse.sandbox.package_settings import Origin, PackageSettings
from warehouse.sandbox.packages import gateway as gateway_module
from warehouse.sandbox.packages.gateway import PackageGateway

LOGIN = "Basic " + b64encode(b"me:hush").decode()


@pytest.fixture
async def index() -> AsyncIterator[Index]:
    async with serving() as index:
        yield index


@pytest.fixture
async def elsewhere() -> AsyncIterator[Index]:
    """A server of this machine that no setting names."""
    async with serving() as index:
        yield index


class Inside:
    """The gateway as it is met inside a sandbox."""

    def __init__(self, gateway: PackageGateway, session: ClientSession) -> None:
        self.gateway, self._session = gateway, session

    async def get(self, path: str) -> tuple[int, bytes]:
        path = path.removeprefix(gateway_module.ADDRESS)
        async with self._session.get(f"http://inside{path}") as answer:
            return answer.status, await answer.read()

    async def wheels(self, project: str) -> dict[str, Any]:
        """Those that its page lists, by name."""
        async with self._session.get(f"http://inside/python/{project}/") as answer:
            listed = (await answer.json(content_type=None))["files"] if answer.status == 200 else ()
            return {wheel["filename"]: wheel for wheel in listed}


@asynccontextmanager
async def inside(
    *indexes: str, links: tuple[str, ...] = (), registry: str = "http://127.0.0.1:9", **more: Any
) -> AsyncIterator[Inside]:
    settings = {"authorization": {}, "proxy": None, "trusted": frozenset(), "bundle": None} | more
    given = PackageSettings(indexes=indexes, links=links, registry=registry, **settings)
    async with PackageGateway(given) as gateway:
        connector = UnixConnector(str(gateway.folder / "socket"))
        async with ClientSession(connector=connector) as session:
            yield Inside(gateway, session)


async def test_a_page_lists_wheels_and_nothing_else(index: Index) -> None:
    ((name, data),) = wheel("tiny").items()
    index.offer(
        "tiny", {name: data} | source_archive("tiny", "") | {"other-1.0-py3-none-any.whl": b""}
    )
    async with inside(index.address) as box:
        listed = await box.wheels("Tiny")
        assert set(listed) == {name}
        assert await box.get(listed[name]["url"]) == (200, data)


async def test_what_an_index_says_of_a_wheel_is_kept(index: Index) -> None:
    index.page(
        "tiny",
        '<a href="../../files/tiny-1.0-py3-none-any.whl#sha256=abc" data-requires-python="&gt;=3.9"'
        ' data-yanked="broken" data-core-metadata="sha256=def">tiny</a>',
    )
    index.answers["/files/tiny-1.0-py3-none-any.whl.metadata"] = b"Name: tiny"
    async with inside(index.address) as box:
        (about,) = (await box.wheels("tiny")).values()
        assert await box.get(f"{about.pop('url')}.metadata") == (200, b"Name: tiny")
    assert about == {
        "filename": "tiny-1.0-py3-none-any.whl",
        "hashes": {"sha256": "abc"},
        "requires-python": ">=3.9",
        "yanked": "broken",
        "core-metadata": {"sha256": "def"},
    }


async def test_all_indexes_are_asked_together(
    index: Index, elsewhere: Index, tmp_path: Path
) -> None:
    """Also folders of wheels, and an index that lies in one."""
    places = {"one": index, "two": elsewhere}
    for number, place in enumerate(places.values(), 1):
        place.page("tiny", f'<a href="/tiny-{number}.0-py3-none-any.whl">')
    (tmp_path / "tiny-3.0-py3-none-any.whl").write_bytes(b"three")
    (tmp_path / "simple/tiny").mkdir(parents=True)
    (tmp_path / "simple/tiny/index.html").write_text('<a href="../../tiny-4.0-py3-none-any.whl">')
    (tmp_path / "tiny-4.0-py3-none-any.whl").write_bytes(b"four")
    folders = (tmp_path.as_uri(), (tmp_path / "simple").as_uri())
    async with inside(index.address, elsewhere.address, folders[1], links=folders[:1]) as box:
        listed = await box.wheels("tiny")
        assert [name[:8] for name in listed] == ["tiny-1.0", "tiny-2.0", "tiny-3.0", "tiny-4.0"]
        assert await box.get(listed["tiny-4.0-py3-none-any.whl"]["url"]) == (200, b"four")


async def test_an_index_that_does_not_answer_is_told_and_asked_again(index: Index) -> None:
    index.offer("tiny", wheel("tiny"))
    async with inside("http://127.0.0.1:9/simple", index.address) as box:
        assert await box.wheels("tiny")
        assert (await box.get("/python/absent/"))[0] == 502
        (complaint,) = box.gateway.complaints
        assert complaint.startswith("127.0.0.1:9 gave no answer (")


async def test_a_registry_is_passed_on_with_our_addresses(index: Index) -> None:
    packed = npm_package("tiny")
    index.package("tiny", packed)
    index.package("@scope/tiny", packed, at=f"http://127.0.0.1:{index.port}/files/tiny-1.0.0.tgz")
    async with inside(registry=index.registry) as box:
        for name in ("tiny", "@scope%2ftiny"):
            status, document = await box.get(f"/npm/{name}")
            assert status == 200 and str(index.port).encode() not in document
        assert await box.get("/files/0/tiny-1.0.0.tgz") == (200, packed)


async def test_a_login_is_sent_to_its_own_server_only(index: Index, elsewhere: Index) -> None:
    index.page("tiny", f'<a href="http://127.0.0.1:{elsewhere.port}/tiny-1.0-py3-none-any.whl">')
    elsewhere.answers["/tiny-1.0-py3-none-any.whl"] = b"wheel"
    login = {Origin("127.0.0.1", index.port): LOGIN}
    async with inside(index.address, elsewhere.address, authorization=login) as box:
        (about,) = (await box.wheels("tiny")).values()
        assert await box.get(about["url"]) == (200, b"wheel")
    assert set(index.authorization) == {LOGIN}
    assert set(elsewhere.authorization) == {""}


async def test_a_login_of_netrc_is_sent_too(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hush\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with inside(index.address) as box:
        await box.wheels("tiny")
    assert index.authorization == [LOGIN]


async def test_a_proxy_is_asked_instead(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one of the settings, else that of the environment."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    proxy = f"127.0.0.1:{index.port}"
    async with inside("http://packages.invalid/simple", proxy=f"http://{proxy}") as box:
        await box.wheels("one")
    monkeypatch.setenv("http_proxy", proxy)
    async with inside("http://packages.invalid/simple") as box:
        await box.wheels("two")
    assert index.asked == ["/simple/one/", "/simple/two/"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f000001"])
async def test_a_proxy_on_this_machine_asks_nothing_of_it_for_an_index(
    index: Index, elsewhere: Index, host: str
) -> None:
    index.redirects["/simple/tiny/"] = f"http://{host}:{elsewhere.port}/"
    proxy = f"http://127.0.0.1:{index.port}"
    async with inside("http://packages.invalid/simple", proxy=proxy) as box:
        await box.wheels("tiny")
    assert index.asked == ["/simple/tiny/"]


async def test_more_than_fits_is_cut_off(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "MOST_BYTES", 3 * 1024**2)
    index.offer("tiny", {"tiny-1.0-py3-none-any.whl": bytes(8 * 1024**2)})
    async with inside(index.address) as box:
        (about,) = (await box.wheels("tiny")).values()
        with pytest.raises(ClientPayloadError):
            await box.get(about["url"])
        assert [*box.gateway.complaints] == ["Packages of more than 3 MB are too many."]


@pytest.mark.parametrize(
    "path",
    ["/", "/files/0/x", "/files/0/..%2fx", "/python/..%2fx/", "/npm/..%2fx", "/npm/a/b/c", "/x"],
)
async def test_what_nobody_listed_is_not_asked_for(index: Index, path: str) -> None:
    async with inside(index.address, registry=index.registry) as box:
        assert (await box.get(path))[0] == 404
    assert index.asked == []


LOOPBACK = ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]",
            "0.0.0.0", "127.0.0.2")  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
@pytest.mark.parametrize("way", ["link", "redirect of a page", "redirect of a file", "npm"])
async def test_an_index_leads_nowhere_on_this_machine(
    index: Index, elsewhere: Index, host: str, way: str
) -> None:
    name = "tiny-1.0-py3-none-any.whl"
    target = f"http://{host}:{elsewhere.port}/{name}"
    index.page("tiny", f'<a href="{target if way == "link" else f"/files/{name}"}">')
    index.package("tiny", b"", at=f"http://{host}:{elsewhere.port}/tiny.tgz")
    index.redirects = {"/simple/tiny/" if "page" in way else f"/files/{name}": target}
    async with inside(index.address, registry=index.registry) as box:
        await box.get("/npm/tiny" if way == "npm" else "/python/tiny/")
        status, _ = await box.get(f"/files/0/{'tiny.tgz' if way == 'npm' else name}")
        assert status in (403, 404, 502)
        assert box.gateway.complaints
    assert elsewhere.asked == []


async def test_a_page_names_no_file_of_this_machine(index: Index, tmp_path: Path) -> None:
    private = tmp_path / "tiny-1.0-py3-none-any.whl"
    private.write_bytes(b"private")
    index.page("tiny", f'<base href="file:///"><a href="{private.as_uri()}"><a href="{private}">')
    async with inside(index.address) as box:
        assert await box.wheels("tiny") == {}
    index.redirects = {"/simple/tiny/": private.as_uri()}
    async with inside(index.address) as box:
        assert (await box.get("/python/tiny/"))[0] == 403


@pytest.mark.parametrize(
    "name", ["../tiny-1.0-py3-none-any.whl", "tiny-1.0.whl", "tiny-1.0-py3-none-any.whl.exe"]
)
async def test_a_file_with_another_name_is_no_wheel(index: Index, name: str) -> None:
    index.page("tiny", f'<a href="/files/{name.replace("/", "%2f")}">')
    async with inside(index.address) as box:
        assert await box.wheels("tiny") == {}


@pytest.mark.parametrize(
    "document", [b"", b"[]", b'{"versions": []}', b'{"versions": {"1": 1}}', b"[" * 100_000]
)
async def test_a_document_that_cannot_be_read_is_refused(index: Index, document: bytes) -> None:
    index.answers["/npm/tiny"] = document
    async with inside(registry=index.registry) as box:
        assert (await box.get("/npm/tiny"))[0] == 403


async def test_the_socket_is_for_this_user_and_the_box_alone(index: Index) -> None:
    async with inside(index.address) as box:
        folder = box.gateway.folder
        assert folder.parent.stat().st_mode & 0o077 == 0
        assert (folder / "socket").stat().st_mode & 0o777 == 0o666
    assert not folder.parent.exists()


@pytest.mark.parametrize(
    "link", ["http://[::1", "http://one.example:port/tiny-1.0-py3-none-any.whl"]
)
async def test_a_link_that_cannot_be_read_is_no_way(index: Index, link: str) -> None:
    index.page("tiny", f'<a href="{link}">')
    async with inside(index.address) as box:
        await box.wheels("tiny")
        assert (await box.get("/files/0/tiny-1.0-py3-none-any.whl"))[0] in (404, 502)


async def test_a_bundle_without_certificates_is_said(index: Index, tmp_path: Path) -> None:
    (tmp_path / "company.pem").write_text("nothing")
    with pytest.raises(SandboxError, match=r"company\.pem, which your package settings name"):
        async with inside(index.address, bundle=tmp_path / "company.pem"):
            pass
