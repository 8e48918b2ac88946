"""Ray, and what has to be known of it to join a cluster and start workers there."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, chdir, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from company.errors import ConfigurationError
from company.lab.execution.ray.distant_worker import DistantWorker, WorkerLost
from company.lab.execution.ray.worker import Result, Worker
from warehouse.plain_file import read_plain_file
from warehouse.strangers import listener_on, owner_of

SILENCE = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
LOOPBACK_ONLY = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Ray's own word for it; otherwise it takes the machine's address for the name of the loopback."""
CURRENT_CLUSTER = "ray/ray_current_cluster"
LONGEST_ADDRESS = 1_024
"""Where `ray start` writes its address, below the folder for temporary files."""
ANSWER_WITHIN = 5.0
"""Seconds in which a cluster must answer; Ray itself would go on asking for ever."""
MOST_CALLS = 10_000
"""That a worker may be at side by side; how many that is, is decided at home."""


@dataclass(frozen=True)
class Node:
    """A machine of the cluster, or what Ray takes for one."""

    id: str
    address: str

    def __str__(self) -> str:
        return f"The node {self.address} ({self.id[:8]})"


class Cluster:
    """The cluster that this process has joined."""

    async def nodes(self) -> list[Node]:
        """Those that are alive and have a CPU for us."""
        import ray

        return [
            Node(str(each["NodeID"]), str(each["NodeManagerAddress"]))
            for each in await asyncio.to_thread(ray.nodes)
            if each["Alive"] and each["Resources"].get("CPU")
        ]

    def start(self, node: Node) -> DistantWorker:
        """A worker on a node. It takes no CPU: mostly it waits."""
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        actor: Any = ray.remote(Worker)
        placed = actor.options(
            num_cpus=0,
            max_restarts=0,
            max_task_retries=0,
            max_concurrency=MOST_CALLS,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node.id, soft=False),
        ).remote()
        return DistantWorker(partial(_invoke, placed), partial(_kill, placed))


async def _invoke(actor: Any, method: str, arguments: Sequence[Any]) -> Result:
    """As `Invoke` says."""
    import ray
    from ray.exceptions import RayError, RayTaskError

    call = actor.do.remote(method, arguments)
    try:
        result: Result = await call
    except asyncio.CancelledError:
        with suppress(RayError):
            ray.cancel(call)
        raise
    except RayTaskError:
        raise
    except RayError as error:
        if "ModuleNotFoundError" in str(error):
            raise ConfigurationError(
                "A node of the Ray cluster has no softhouse: install the same version on every "
                "node, with pip install 'softhouse[ray]'."
            ) from None
        raise WorkerLost(str(error).splitlines()[0]) from None
    return result


def _kill(actor: Any) -> None:
    import ray

    with suppress(Exception):
        ray.kill(actor)


@asynccontextmanager
async def joined(address: str | None) -> AsyncIterator[Cluster]:
    """The cluster at `address` (`host:port`), else the one that Ray would find, else one of this machine.

    Raises ConfigurationError where Ray is not installed, or nothing answers at the address.
    """
    is_ours = await asyncio.to_thread(_join, address)
    try:
        yield Cluster()
    finally:
        if is_ours:
            await asyncio.to_thread(_leave)


def _join(address: str | None) -> bool:
    """Whether we have joined, and are to leave: a program that uses Ray itself may have joined before."""
    named = address or os.environ.get("RAY_ADDRESS") or None
    cluster = named or _current_cluster()
    for name, value in (SILENCE if cluster else {**SILENCE, **LOOPBACK_ONLY}).items():
        os.environ.setdefault(name, value)
    try:
        import ray
        from ray._private import worker as ray_worker
    except ImportError:
        raise ConfigurationError(
            "Ray is not installed: pip install 'softhouse[ray]', here and on every node."
        ) from None
    if ray.is_initialized():
        return False
    if named and not _answers(named):
        raise ConfigurationError(
            f"No Ray cluster answers at {named}: give --address HOST:PORT as `ray status` shows it, "
            "and run the command on a machine of the cluster."
        )
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    quiet: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    # What Ray says of a node that died goes to standard output otherwise, whatever it is told.
    ray_worker._worker_logs_enabled = False
    try:
        # Its workers import from the folder that they are begun in, which may be a stranger's.
        with chdir("/"):
            if cluster:
                ray.init(address=cluster, **quiet)
            else:
                ray.init(
                    address="local", include_dashboard=False, _node_ip_address="127.0.0.1", **quiet
                )
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise ConfigurationError(f"Ray cannot be used here: {str(error).splitlines()[0]}") from None
    return True


def _leave() -> None:
    import ray

    ray.shutdown()


def _current_cluster() -> str | None:
    """The address of a cluster that was started on this machine and still answers.

    Raises ConfigurationError where it, or the folder that Ray keeps its sockets in, is another user's.
    """
    place = Path(os.environ.get("RAY_TMPDIR") or "/tmp") / CURRENT_CLUSTER  # noqa: S108  Ray's own choice
    address = (read_plain_file(place, LONGEST_ADDRESS) or b"").decode("ascii", "replace").strip()
    if stranger := _owner_of_any(place.parent, place):
        named = f"--address {address}" if address else "--address HOST:PORT"
        raise ConfigurationError(
            f"{place.parent}, where Ray keeps its cluster, belongs to the user {stranger}, who is neither"
            f" you nor root: nothing of it is believed. If you trust them, name the cluster with {named};"
            " for one of your own, set RAY_TMPDIR to a folder of yours."
        )
    if not _answers(address):
        return None
    host, _, port = address.rpartition(":")
    if _is_here(host.strip("[]")) and (stranger := listener_on(int(port))):
        raise ConfigurationError(
            f"A Ray cluster was found at {address} and is not joined: there the user {stranger} of this"
            f" machine listens. If you trust them, name it: --address {address}"
        )
    return address


def _owner_of_any(*paths: Path) -> str | None:
    """The other user to whom one of them belongs, of those that are there."""
    for path in paths:
        with suppress(FileNotFoundError):
            if stranger := owner_of(path):
                return stranger
    return None


def _is_here(host: str) -> bool:
    """Whether it is an address of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    if "://" in address or not host or not port.isdecimal():
        return False
    try:
        with socket.create_connection((host.strip("[]"), int(port)), ANSWER_WITHIN):
            return True
    except OSError:
        return False
