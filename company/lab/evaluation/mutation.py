"""The mutation score of a company's own tests: how many small faults of the program they notice.

Mutation libraries want to be installed beside the program they change, and to run it where they
are. Ours is run in a sandbox that has pytest and no network, so faults are made here and only
tested there, each in a fresh copy of the product within one warm sandbox.
"""

import random
import secrets
import time
from collections.abc import Iterator, Mapping
from itertools import islice

from company.engine.context.inspection import Inspection
from company.engine.workspace.verification import TEST_SECONDS
from company.lab.evaluation.mutation_points import Mutant, changes_something, mutants_of
from company.lab.evaluation.parts import parts_of, python_of
from warehouse.events import Mutation
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import CommandResult, Sandbox, SandboxBackend

FACTOR, GRACE_SECONDS = 3.0, 2.0
"""With a fault, tests may take this many times as long as without, and so many seconds more."""
NO_COPY = 99
"""The exit code where the product could not be copied, so that nothing was tested."""

_IN_A_COPY = f"""\
copy="${{TMPDIR:-/tmp}}/$0"
rm -rf "$copy" && cp -R . "$copy" && cd "$copy" || exit {NO_COPY}
exec "$@"
"""


async def mutate(
    files: Mapping[str, bytes],
    backend: SandboxBackend,
    *,
    most: int = 40,
    seed: int = 0,
    seconds: float = 300.0,
) -> Mutation | None:
    """Try up to `most` faults, drawn by the seed, for about `seconds`.

    None where there is nothing to be measured: no Python program, no tests, or tests that do not
    pass as it is. Raises SandboxError.
    """
    inspection = Inspection(files)
    stack = inspection.stack
    if stack is None or stack.name != "python" or not inspection.tests:
        return None
    installed = await install_dependencies(stack, files, backend)
    if not installed.ok:
        return None
    sources = {
        path: text.replace("\r\n", "\n").replace("\r", "\n")
        for path, text in python_of(parts_of(inspection.texts).program).items()
    }
    async with await backend.open(
        files, stack=stack, dependencies=installed.dependencies
    ) as sandbox:
        bench = _Bench(sandbox, [*stack.test_run(inspection.texts).reported, "-x"])
        sound = await bench.test(TEST_SECONDS)
        if not sound.ok:
            return None
        until = time.monotonic() + seconds
        tried: list[tuple[Mutant, CommandResult]] = []
        for mutant in islice(_drawn(sources, seed), most):
            if time.monotonic() >= until:
                break
            path, faulty = mutant.path, mutant.put_into(sources[mutant.path])
            await sandbox.write({path: faulty.encode()})
            result = await bench.test(sound.seconds * FACTOR + GRACE_SECONDS)
            await sandbox.write({path: files[path]})
            if result.exit_code != NO_COPY:
                tried.append((mutant, result))
    survivors = sorted(
        (mutant for mutant, result in tried if result.ok), key=lambda one: (one.path, one.start)
    )
    return Mutation(len(tried), len(tried) - len(survivors), tuple(map(str, survivors)))


def _drawn(sources: Mapping[str, str], seed: int) -> Iterator[Mutant]:
    """The faults that change something, in an order that the seed decides."""
    mutants = [one for path in sorted(sources) for one in mutants_of(path, sources[path])]
    random.Random(seed).shuffle(mutants)  # noqa: S311  draws a sample, guards nothing
    return (one for one in mutants if changes_something(one, sources[one.path]))


class _Bench:
    """Where the tests are run."""

    def __init__(self, sandbox: Sandbox, tests: list[str]) -> None:
        name = f"softhouse-copy-{secrets.token_hex(4)}"
        self._sandbox = sandbox
        self._argv = ["sh", "-c", _IN_A_COPY, name, *tests]

    async def test(self, seconds: float) -> CommandResult:
        """Run the tests in a fresh copy, so that what they leave behind does not matter.

        No compiled files are kept: by the clock's seconds and the size, a faulty file may look
        like the one before.
        """
        env = {"PYTHONDONTWRITEBYTECODE": "1"}
        return await self._sandbox.exec(self._argv, env=env, seconds=seconds)
