"""Looking at a large program before a phase: what it is shown of it, as an effect.

What a map holds depends on the parsers that are installed, so its text is recorded: a run that is taken up
again, rehearsed or forked under others sees what it saw.
"""

from company.engine.context.excerpt import Excerpt, files_at_work, files_in_question
from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.verification import digest_of_files
from company.map.program_map import program_map
from phases.phase import Phase
from warehouse.events import MapResult
from warehouse.events.effect import MAP


async def survey(effects: Effects, where: str, phase: Phase, state: State) -> Excerpt | None:
    """What the phase is shown instead of the whole program; None where it is shown the whole."""
    whole = files_in_question(phase, state)
    if whole is None:
        return None
    if "map" not in phase.sees:
        return Excerpt(whole)
    tokens = phase.map.tokens
    request = {"tree": digest_of_files(state.files), "tokens": tokens, "shown": list(whole)}

    async def act() -> MapResult:
        texts = state.texts
        others = {path: len(data) for path, data in state.files.items() if path not in texts}
        chosen = files_at_work(state)
        task = state.task.text
        text = await program_map(texts, others, task, tokens, chosen=chosen, shown=whole)
        return MapResult(text)

    result = await effects.perform(MAP, f"{where}/map", request, act)
    return Excerpt(whole, result.text)
