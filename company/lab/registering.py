"""Registering a study, and amending what was registered."""

from pathlib import Path

import msgspec

from company.errors import ConfigurationError
from company.lab.design.plan import PlanRecord, amending
from company.lab.design.registration import (
    Registration,
    changes,
    design_of,
    line_of,
    place_of,
    read,
    text_at,
)
from company.lab.execution.folder import LabFolder
from warehouse.durable import replace_file
from warehouse.errors import SofthouseError
from warehouse.runs.folders import run_folders


def register(
    study: Path, folder: LabFolder, plan: PlanRecord, *, why: str, sealed: bool
) -> Registration:
    """Write down what a study is to be, after what was written down before, and return all of it.

    Where runs had begun before anything was registered, what they were begun with comes first. Raises
    ConfigurationError where a reason is missing or nothing is changed, SofthouseError where the file
    cannot be written.
    """
    place, kept = place_of(study), text_at(study)
    begun = sum(1 for _ in run_folders(folder.runs)) if folder.runs.is_dir() else 0
    text = kept
    if text and not text.endswith("\n"):
        text += "\n"
    if not kept and begun:
        text = line_of(
            design_of(_judged_as_now(folder.plan(), plan), sealed=sealed), None, begun=begun
        )
    earlier = read(text, place.name)
    design = design_of(plan, sealed=sealed or bool(earlier and not earlier.design.task_ids))
    different = changes(earlier.design, design) if earlier else []
    if different and not why:
        raise ConfigurationError(
            f"{study} was {'registered' if kept else 'begun'} otherwise: {'; '.join(different)}. Say why it is"
            f" changed: {amending(study)}"
        )
    if kept and not different:
        raise ConfigurationError(f"{study} is registered in {place.name} just as it is.")
    if earlier is None or different:
        text += line_of(design, earlier, begun=begun, why=why)
    registration = read(text, place.name)
    assert registration is not None
    try:
        replace_file(place, text.encode())
    except OSError as error:
        raise SofthouseError(f"{place} cannot be written: {error.strerror}.") from None
    return registration


def _judged_as_now(begun: PlanRecord, now: PlanRecord) -> PlanRecord:
    """A plan of a softhouse that did not write down yet how tasks are judged, as if they were judged as now."""
    judged = {job.task: job.judged for job in now.jobs}
    jobs = (
        msgspec.structs.replace(job, judged=job.judged or judged.get(job.task, ""))
        for job in begun.jobs
    )
    return msgspec.structs.replace(begun, jobs=tuple(jobs))
