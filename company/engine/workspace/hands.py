"""The workspace of one talk: the product as a role is changing it, and the sandbox where it runs.

What the role changed is in its hands until the phase ends. The sandbox is opened when it is first
needed, holds the files as they are then, and gives back what a command left in them, by the rules that
hold for files in replies.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from company.engine.context.inspection import Inspection
from company.engine.workspace.attachments import GIVEN, attached, keep_picture
from company.engine.workspace.baseline import Baseline
from company.engine.workspace.judgement import judge_tests
from company.engine.workspace.verification import BUILD_SECONDS, TEST_SECONDS
from company.engine.workspace.workbench import Workbench
from company.tools.output import shortened
from company.tools.tool import BadCall, Ran
from warehouse.errors import PathRejected, SandboxError
from warehouse.events import Picture
from warehouse.paths import check_path
from warehouse.product.intake.customer_files import REBUILT_FOLDERS
from warehouse.product.room import OF_A_NEW_PROGRAM, Room
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import Limits, Sandbox, SandboxBackend, usual_limits
from warehouse.sandbox.witness.page import browsing, is_opened, page_of
from warehouse.sandbox.witness.using import NoAction, Used, read_actions, told, use

NOT_YOURS = "is not to be changed in this phase"
LOST = "what it wrote was lost with the sandbox"
NOWHERE = "Nothing can be run here: this company works without a sandbox."
Texts = Mapping[str, str | None]
"""Files that are text, by path; None for one that is gone."""
Data = TypeVar("Data", str, bytes)


class Hands:
    """A product's files while a role works on them."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        workbench: Workbench,
        documents: Sequence[str] = (),
        baseline: Baseline | None = None,
        room: Room = OF_A_NEW_PROGRAM,
    ) -> None:
        self.texts = dict(Inspection(files).texts)
        self._before = dict(files)
        self._others = {path: data for path, data in files.items() if path not in self.texts}
        self.may_write: Callable[[str], bool] = lambda _: True
        """Whether a file may be changed in this phase."""
        self._workbench, self._documents = workbench, documents
        self._baseline, self._room = baseline, room
        self.actions: list[str] = []
        """What was done with the product since it was last started."""
        self.pictures: list[Picture] = []
        """What was seen of it."""
        self._sandbox: Sandbox | None = None
        self._made_for: object = None
        self._inside: dict[str, bytes] = {}
        """The files as the sandbox has them."""

    @cached_property
    def given(self) -> dict[str, str]:
        """The customer's documents, which are no part of the product."""
        folder = self._workbench.folder
        return {f"{GIVEN}/{name}": attached(folder, name).decode() for name in self._documents}

    @property
    def readable(self) -> dict[str, str]:
        """The texts, and the documents."""
        return {**self.given, **self.texts}

    @property
    def files(self) -> dict[str, bytes]:
        """All files as they are now."""
        return {**self._others, **{path: text.encode() for path, text in self.texts.items()}}

    def written(self) -> dict[str, str]:
        """The texts that are different from before the talk."""
        return {
            path: text
            for path, text in self.texts.items()
            if self._before.get(path) != text.encode()
        }

    @property
    def removed(self) -> list[str]:
        """The files that are there no more."""
        return sorted(self._before.keys() - self.files.keys())

    def since(self, before: Mapping[str, str]) -> dict[str, str | None]:
        """What is different from what the texts were."""
        return _difference(before, self.texts)

    def take(self, changed: Texts) -> None:
        """Have these files as well; those that are None no more."""
        for path, text in changed.items():
            if text is None:
                self.texts.pop(path, None)
            else:
                self.texts[path] = text

    def take_over(self, changed: Mapping[str, bytes | None]) -> list[str]:
        """Have what a colleague changed, where it may be changed here. Returns what was not kept,
        and why."""
        texts = {
            path: None if data is None else data.decode()
            for path, data in changed.items()
            if self.may_write(path)
        }
        self.take(texts)
        return [f"{path} {NOT_YOURS}" for path in sorted(changed.keys() - texts.keys())]

    def path(self, path: str) -> str:
        """The path as the product keeps it. Raises BadCall where no file may have it."""
        try:
            return check_path(path)
        except PathRejected as error:
            raise BadCall(f"Nothing was done: {error}.") from None

    def put(self, path: str, text: str) -> None:
        """Write a file, by the rules for those in replies. Raises BadCall where they forbid it."""
        if not self.may_write(path):
            raise BadCall(f"Nothing was changed: {path} {NOT_YOURS}.")
        if path in self.given:
            raise BadCall(f"Nothing was changed: {path} is what the customer gave.")
        if path in self._others:
            raise BadCall(f"Nothing was changed: {path} is no text.")
        try:
            self._check({**self.files, path: text.encode(errors="replace")})
        except PathRejected as error:
            raise BadCall(f"Nothing was changed: {error}.") from None
        self.texts[path] = text

    async def run(
        self, argv: Sequence[str], *, stdin: str = "", seconds: float | None = None
    ) -> Ran:
        """Run a command on the files and take back what it left. Raises BadCall where there is no
        sandbox, or the packages that the product needs cannot be had."""
        try:
            sandbox = await self._opened()
            result = await sandbox.exec(argv, stdin=stdin.encode(), seconds=seconds)
        except SandboxError as error:
            await self.close()
            raise BadCall(f"It could not be run: {error}") from None
        try:
            found = await sandbox.read()
            inside = {path: data for path, data in found.items() if path not in self.given}
        except SandboxError:
            await self.close()
            return Ran(result, left_out=(LOST,))
        before = dict(self.texts)
        left_out = self._take_back(inside)
        return Ran(result, tuple(sorted(self.since(before))), tuple(left_out))

    async def use(self, actions: str, *, again: bool) -> str:
        """What is seen of the product after these actions. Raises BadCall where it cannot be used.

        It is started anew in a sandbox of its own each time, and all that was done before is done again:
        so nothing has to stay alive between two calls, or to be brought back when a run is taken up.
        """
        try:
            done = read_actions("\n".join([*([] if again else self.actions), actions]))
            used = await self._use(done)
        except (NoAction, SandboxError) as error:
            raise BadCall(f"It could not be used: {error}") from None
        self.actions = done
        if used.picture is not None:
            title = f"The {used.kind} as it was used"
            self.pictures.append(keep_picture(self._workbench.folder, title, used.picture))
        return told(used, done)

    async def _use(self, actions: Sequence[str]) -> Used:
        backend = self._workbench.backend
        if backend is None:
            raise BadCall(NOWHERE)
        inspection = Inspection(self.files)
        start, page = inspection.start, page_of(self.files)
        argv = start.command if start else ()
        if page is not None and not is_opened(page, argv, self.files):
            page = None
        if page is None and not argv:
            raise BadCall("There is nothing yet that could be used: no program, and no page.")
        async with await _open(
            backend, self.files, browsing(usual_limits(inspection.stack))
        ) as used:
            if start and start.build:
                built = await used.exec(start.build, seconds=BUILD_SECONDS)
                if built.exit_code != 0:
                    raise BadCall(f"It cannot be built:\n{shortened(built.stdout + built.stderr)}")
            return await use(used, page or "", argv, actions)

    async def test(self, paths: Sequence[str]) -> str:
        """What the tests say. Raises BadCall where there are none that can be run here."""
        inspection = Inspection(self.files)
        stack, tests = inspection.stack, list(paths) or inspection.tests
        missing = [path for path in tests if path not in inspection.tests]
        if stack is None or not tests or missing:
            known = ", ".join(inspection.tests) or "none"
            raise BadCall(f"There are no such tests. Files of tests: {known}.")
        if inspection.foreign_runner is not None:
            raise BadCall(f"They are run by {inspection.foreign_runner}, which is not here.")
        naming = stack.naming_test_run(inspection.texts, tests) if self._baseline else ()
        argv = naming or stack.test_run(inspection.texts, tests).reported
        ran = await self.run(argv, seconds=TEST_SECONDS)
        check = judge_tests(ran.result, stack, inspection.texts, tests)
        if self._baseline:
            check = self._baseline.some_tests(check, ran.result)
        word = "The tests hold" if check.ok else "The tests do not hold"
        told = [f"{word}: {check.remark}", *check.unseen, shortened(check.output)]
        return "\n".join(filter(None, told))

    def documentation(self, name: str) -> Sequence[str]:
        """The command that shows it. Raises BadCall where the language has none."""
        stack = Inspection(self.files).stack
        if stack is None or not stack.docs:
            raise BadCall("No documentation can be shown for this language.")
        return stack.docs_argv(name)

    async def close(self) -> None:
        """End the sandbox, if there is one."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            await sandbox.stop()

    async def _opened(self) -> Sandbox:
        """The sandbox with the files as they are now."""
        backend = self._workbench.backend
        if backend is None:
            raise BadCall(NOWHERE)
        files = self.files
        stack = Inspection(files).stack
        rule = stack.dependencies if stack else None
        manifests = (rule.manifest, *rule.declared_in) if rule else ()
        made_for = (stack and stack.name, [files.get(path) for path in manifests])
        if self._sandbox is None or self._made_for != made_for:
            await self.close()
            self._sandbox = await _open(backend, files)
            await self._sandbox.write({path: text.encode() for path, text in self.given.items()})
            self._made_for, self._inside = made_for, files
        else:
            await self._put_inside(self._sandbox, files)
        return self._sandbox

    async def _put_inside(self, sandbox: Sandbox, files: dict[str, bytes]) -> None:
        difference = _difference(self._inside, files)
        gone = [path for path, data in difference.items() if data is None]
        if gone:
            await sandbox.exec(["rm", "-rf", "--", *gone])
        await sandbox.write({path: data for path, data in difference.items() if data is not None})
        self._inside = files

    def _take_back(self, inside: dict[str, bytes]) -> list[str]:
        """Keep the texts that a command left; returns what was not kept, and why."""
        texts, left_out = _texts_of(inside, self._others)
        self._inside = {**self._others, **{path: text.encode() for path, text in texts.items()}}
        for path in sorted(_difference(self.texts, texts)):
            objection = "" if path in self._before else self._room.objection(path)
            if objection or not self.may_write(path):
                left_out.append(f"{path} {objection or NOT_YOURS}")
                texts.pop(path, None)
                texts |= {path: self.texts[path]} if path in self.texts else {}
        try:
            self._check({**self._others, **{path: text.encode() for path, text in texts.items()}})
        except PathRejected as error:
            return [*left_out, str(error)]
        self.texts.clear()
        self.texts.update(texts)
        return left_out

    def _check(self, files: Mapping[str, bytes]) -> None:
        """Raises PathRejected where the product has no room for these files."""
        self._room.check({path: len(data) for path, data in files.items()}, self._before)


def _texts_of(
    inside: Mapping[str, bytes], others: Mapping[str, bytes]
) -> tuple[dict[str, str], list[str]]:
    """The texts among the files of a sandbox, and what else is new there, with the reason."""
    texts, left_out = dict[str, str](), []
    for path, data in sorted(inside.items()):
        if others.get(path) == data or not REBUILT_FOLDERS.isdisjoint(path.split("/")):
            continue
        try:
            texts[check_path(path)] = data.decode()
        except PathRejected as error:
            left_out.append(str(error))
        except UnicodeDecodeError:
            left_out.append(f"{path} is no text")
    return texts, left_out


async def _open(
    backend: SandboxBackend, files: Mapping[str, bytes], limits: Limits | None = None
) -> Sandbox:
    stack = Inspection(files).stack
    if stack is None:
        return await backend.open(files, limits=limits)
    installed = await install_dependencies(stack, files, backend)
    if not installed.ok:
        raise BadCall(f"What the program needs could not be installed:\n{installed.output}")
    return await backend.open(
        files, stack=stack, dependencies=installed.dependencies, limits=limits
    )


def _difference(before: Mapping[str, Data], after: Mapping[str, Data]) -> dict[str, Data | None]:
    gone: dict[str, Data | None] = dict.fromkeys(before.keys() - after.keys())
    return {**gone, **{path: data for path, data in after.items() if before.get(path) != data}}
