"""A real Ray cluster of several nodes on this machine: a head without CPUs, and nodes to work on.
And workers in this process, where it is not the cluster that a test is about."""

from __future__ import annotations

import os
import pickle
import signal
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from company.lab.execution.ray.cluster import LOOPBACK_ONLY, SILENCE, Cluster, Node
from company.lab.execution.ray.distant_worker import DistantWorker
from company.lab.execution.ray.worker import Result, Worker

LOOPBACK = "127.0.0.1"
QUICK = {
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 5,
}
"""How soon Ray takes a silent node for dead; by itself it gives it a quarter of a minute."""

# Ray reads them once, where it is first imported: any test may be the first that does.
os.environ.update(SILENCE | LOOPBACK_ONLY)


class RayCluster:
    """The cluster; `address` is for the engine, `nodes` are those with a CPU."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self.address: str = cluster.address
        self.nodes: list[Any] = []

    def add_node(self) -> None:
        """One more node to work on."""
        self.nodes.append(self._cluster.add_node(num_cpus=2, node_ip_address=LOOPBACK))

    def kill_node(self, node: Any) -> None:
        """Kill every process of a node at once, as if its power were cut; Ray notices in seconds."""
        self.nodes.remove(node)
        (raylet,) = node.all_processes["raylet"]
        for pid in [*children_of(raylet.process.pid), raylet.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._cluster.remove_node(node, allow_graceful=False)

    def kill_workers(self) -> None:
        """Kill whatever works for us on all nodes; the nodes live on."""
        for node in self.nodes:
            (raylet,) = node.all_processes["raylet"]
            for pid in children_of(raylet.process.pid):
                with suppress(OSError):
                    if b"ray::Worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(pid, signal.SIGKILL)


@contextmanager
def ray_cluster(nodes: int = 2) -> Iterator[RayCluster]:
    """A cluster with so many nodes; the test is skipped where Ray is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("ray", reason="Ray is not installed: pip install 'softhouse[ray]'")
        from ray.cluster_utils import Cluster as Started

        started = Started(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "node_ip_address": LOOPBACK,
                "include_dashboard": False,
                "_system_config": QUICK,
            },
        )
    try:
        cluster = RayCluster(started)
        for _ in range(nodes):
            cluster.add_node()
        yield cluster
    finally:
        started.shutdown()


class NearCluster(Cluster):
    """Two nodes whose workers are in this process, at the end of what can be put into bytes."""

    async def nodes(self) -> list[Node]:
        return [Node(name * 8, LOOPBACK) for name in ("a", "b")]

    def start(self, node: Node) -> DistantWorker:
        worker = Worker()

        async def invoke(method: str, arguments: Sequence[Any]) -> Result:
            result = await worker.do(method, pickle.loads(pickle.dumps(arguments)))
            sent: Result = pickle.loads(pickle.dumps(result))
            return sent

        return DistantWorker(invoke, lambda: None)


@asynccontextmanager
async def nearby(_: str | None = None) -> AsyncIterator[Cluster]:
    """What joining a cluster comes to, with the near one."""
    yield NearCluster()


def children_of(parent: int) -> list[int]:
    """The processes that a process has started, and those have, the youngest first."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if stat.read_text().rpartition(")")[2].split()[1] == str(parent):
                child = int(stat.parent.name)
                found += [*children_of(child), child]
    return found
