"""200 companies of 20 calls at 50 ms on a Ray cluster of two nodes, one of which is killed midway.

The same companies by the local engine in the same run, for comparison. Both nodes, home and the
provider are on this one machine, so what is measured is what the cluster costs, not what it gains.
DESIGN: 200 products, and no call made again beyond those in flight on the dead node.
"""

import asyncio
import json
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from benchmarks.companies import CALLS, LATENCY, SCRIPT, mill
from benchmarks.provider import provider
from company.engine.budget import Spending
from company.lab.design.plan import Job
from company.lab.execution.engine import Engine, WorkSettings
from company.lab.execution.progress import Tally
from company.lab.execution.ray.engine import RayEngine
from company.lab.execution.worker_pool import LocalEngine
from company.lab.tasks.task_card import TaskCard
from tests.support.clusters import RayCluster, ray_cluster
from tests.support.scripted_company import TASK
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT

COMPANIES, AT_ONCE = 200, 16


async def jobs_for(overlay: Path, url: str, number: int) -> list[list[Job]]:
    """So many jobs, each a group of its own."""
    house = mill(overlay, url)
    groups = []
    for each in range(number):
        card = TaskCard(id=f"task-{each}", prompt=f"{TASK} Number {each}.")
        spec = await house.spec(
            card.prompt, name=card.id, sandbox="none", seed=each, limits=None, experiment="bench"
        )
        groups.append([Job(card.id, card, "mill", 1, spec, card.id)])
    return groups


async def worked(
    engine: Engine, groups: list[list[Job]], runs: Path, at_once: int, tally: Tally
) -> float:
    """Wall seconds until everything is done."""
    settings = WorkSettings(at_once=at_once, sandbox="none")
    started = time.monotonic()
    await engine.work(groups, runs, settings, Spending(), tally)
    seconds = time.monotonic() - started
    if not tally.done == products_in(runs) == len(groups):
        raise SystemExit(f"{products_in(runs)} products: {set(tally.problems.values())}")
    return seconds


def products_in(runs: Path) -> int:
    """How many runs have delivered something."""
    return sum(Product.open(run / PRODUCT).head() is not None for run in runs.iterdir())


async def worked_with_a_kill(
    cluster: RayCluster, groups: list[list[Job]], runs: Path, at_once: int
) -> tuple[float, int]:
    """The same while a node dies; and how many jobs were at work on it."""
    lost, half_done = set(), asyncio.Event()

    def note(job: str, what: str) -> None:
        if "its node was lost" in what:
            lost.add(job)
        if tally.done >= len(groups) / 2:
            half_done.set()

    tally = Tally(len(groups), note)
    working = asyncio.create_task(worked(RayEngine(cluster.address), groups, runs, at_once, tally))
    await half_done.wait()
    await asyncio.to_thread(cluster.kill_node, cluster.nodes[0])
    return await working, len(lost)


def asked(url: str) -> Counter[str]:
    """What the provider was asked, and how often."""
    with urllib.request.urlopen(url.removesuffix("/v1") + "/calls") as answer:
        return Counter(json.dumps(call["body"], sort_keys=True) for call in json.load(answer))


async def measure(number: int, at_once: int, folder: Path) -> None:
    """Make and print all measurements."""
    ideal = number * CALLS * LATENCY / at_once

    def told(seconds: float) -> str:
        return f"{seconds:.1f} s = {seconds / ideal:.2f} × the ideal of {ideal:.1f} s"

    with ray_cluster(nodes=2) as cluster:
        with provider(SCRIPT) as url:
            groups = await jobs_for(folder / "cards", url, number)
            engine = LocalEngine()
            local = await worked(engine, groups, folder / "local", at_once, Tally(number))
        with provider(SCRIPT) as url:
            groups = await jobs_for(folder / "cards", url, number)
            ray = RayEngine(cluster.address)
            whole = await worked(ray, groups, folder / "ray", at_once, Tally(number))
        with provider(SCRIPT) as url:
            groups = await jobs_for(folder / "cards", url, number)
            wounded, lost = await worked_with_a_kill(cluster, groups, folder / "kill", at_once)
            calls = asked(url)
    print(f"{number} companies × {CALLS} calls at {LATENCY * 1000:.0f} ms, {at_once} at once")
    print(f"local engine: {told(local)}")
    print(f"two nodes: {told(whole)} = {whole / local:.2f} × the local engine")
    print(
        f"two nodes, one killed midway: {told(wounded)} = {wounded / local:.2f} × the local engine"
    )
    print(
        f"  {number} products; {calls.total():,} calls for {len(calls):,} needed: "
        f"{calls.total() - len(calls)} made again, {lost} jobs were at work on the dead node; "
        f"no call more than {max(calls.values())} times"
    )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else COMPANIES
    at_once = int(sys.argv[2]) if len(sys.argv) > 2 else AT_ONCE
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(number, at_once, Path(folder)))


if __name__ == "__main__":
    main()
