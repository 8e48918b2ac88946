"""What judges preferred, in lines."""

from collections.abc import Iterator

from company.lab.analysis.interval import Unknown
from company.lab.analysis.preference import Preference
from company.lab.judging.judgements import Judgements
from company.lab.report.amounts import probability, ratio
from warehouse.history.format.figures import counted


def lines_of(judgements: Judgements) -> Iterator[str]:
    """A line for each judge and condition, and one for each two judges."""
    for each in judgements.preferences:
        same = f", {counted(each.same, 'pair')} of the same program" if each.same else ""
        left = f", {counted(each.unjudged, 'pair')} not judged yet" if each.unjudged else ""
        yield (
            f"{each.condition}, by {each.judge}: better in {each.better}, worse in {each.worse}, neither in"
            f" {each.neither}{same}{left}; {_tested(each)}{_itself(each)}"
        )
    for two in judgements.agreements:
        beyond = "" if isinstance(two.kappa, Unknown) else f", κ {ratio(two.kappa)}"
        yield f"{' and '.join(two.judges)} say the same of {two.share:.0%} of {counted(two.pairs, 'pair')}{beyond}"


def _tested(preference: Preference) -> str:
    p = preference.p_holm
    return p.why if isinstance(p, Unknown) else probability(p)


def _itself(preference: Preference) -> str:
    agreement, by_place = preference.agreement, preference.by_place
    if isinstance(agreement, Unknown) or isinstance(by_place, Unknown):
        return ""
    return (
        f"; says the same in both orders of {agreement:.0%}, and prefers a place in {by_place:.0%}"
    )
