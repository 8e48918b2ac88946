"""A worker as it is reached from home."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from company.errors import ConfigurationError
from company.lab.execution.ray.messages import Brief, Parcel, ToHome, ToWorker
from warehouse.errors import SofthouseError

if TYPE_CHECKING:
    from ray.actor import ActorHandle

    from company.lab.execution.ray.worker import Worker


class WorkerLost(Exception):
    """A worker is gone, or cannot be reached: what it has not sent home never happened."""


class DistantWorker:
    """A worker on some node, as it is reached from home. Every method may raise WorkerLost."""

    def __init__(self, actor: "ActorHandle[Worker]") -> None:
        self._actor = actor

    async def open(self, brief: Brief) -> SofthouseError | None:
        """See `Worker.open`."""
        refusal: SofthouseError | None = await self._call("open", brief)
        return refusal

    async def work(self, parcel: Parcel) -> SofthouseError | None:
        """See `Worker.work`."""
        ended_by: SofthouseError | None = await self._call("work", parcel)
        return ended_by

    async def said(self) -> list[ToHome]:
        """See `Worker.said`."""
        said: list[ToHome] = await self._call("said")
        return said

    async def hear(self, messages: Sequence[ToWorker]) -> None:
        """See `Worker.hear`."""
        await self._call("hear", messages)

    async def stop(self) -> None:
        """See `Worker.stop`."""
        await self._call("stop")

    async def close(self) -> None:
        """See `Worker.close`."""
        await self._call("close")

    def end(self) -> None:
        """End the worker's process, whatever it does, if there still is one."""
        import ray

        with suppress(Exception):
            ray.kill(self._actor)

    async def _call(self, method: str, *arguments: object) -> Any:
        from ray.exceptions import RayError, RayTaskError

        try:
            return await getattr(self._actor, method).remote(*arguments)
        except RayTaskError:
            raise
        except RayError as error:
            if "ModuleNotFoundError" in str(error):
                raise ConfigurationError(
                    "A node of the Ray cluster has no softhouse: install the same version on every "
                    "node, with pip install 'softhouse[ray]'."
                ) from None
            raise WorkerLost(str(error).splitlines()[0]) from None
