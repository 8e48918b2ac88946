"""The report: one HTML file that needs no script and no network, and can be sent to anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup, escape

from company.lab.analysis.analysis import Analysis, analyse
from company.lab.analysis.comparison import Comparison
from company.lab.analysis.estimate import Estimate
from company.lab.analysis.interval import LEVEL, Unknown
from company.lab.analysis.study import Study, ended, whole
from company.lab.metrics.catalogue import described, title_of
from company.lab.report import amounts, plots, registered, wording
from company.lab.report.drawing import COLOURS, DASHES
from company.lab.report.tables import rederiving
from warehouse.durable import replace_file
from warehouse.terminal_text import safe_text
from warehouse.web_page import page_environment

TEMPLATE = "report.html.j2"
QUARTERS = (0.25, 0.5, 0.75)
"""The shares of completed runs whose price the table beside the curves tells."""
SPREADS = ("tokens", "seconds")
"""What is drawn as a distribution of any batch, beside its primary metrics."""


@dataclass(frozen=True)
class Primary:
    """One primary metric as the page shows it."""

    metric: str
    estimates: Sequence[Estimate]
    comparisons: Mapping[str, Comparison]
    """By condition; the baseline has none."""
    contrasts: Sequence[Comparison]
    means: Markup | None
    differences: Markup | None

    @property
    def compared_by(self) -> str:
        """How its conditions are held against each other."""
        by_ratio = {
            each.ratio is not None for each in (*self.comparisons.values(), *self.contrasts)
        }
        if by_ratio == {True}:
            return "Ratio"
        return "Ratio or difference" if by_ratio == {True, False} else "Difference"


def write_report(study: Study, path: Path) -> None:
    """Write the report of a study, whole or not at all. Raises OSError."""
    replace_file(path, report_page(study, analyse(study)).encode("utf-8", "replace"))


def report_page(study: Study, analysis: Analysis) -> str:
    """The page. Every text of the study is escaped, and what would hide or reorder is made visible."""
    page = _environment().get_template(TEMPLATE)
    frame = whole(study.frame)
    places = _places(study, analysis)
    primary = [name for name in dict.fromkeys(study.metrics) if name in analysis.estimates]
    spent = tuple(dict.fromkeys(curve.spent for curve in analysis.curves))
    return page.render(
        study=study,
        analysis=analysis,
        findings=wording.findings(study, analysis),
        warnings=[
            *filter(None, [study.departure]),
            *wording.exposure_warnings(study, analysis),
            *wording.power_warning(analysis),
        ],
        registered=[*registered.paragraphs(study), *wording.look_note(study, analysis)],
        standing_of=partial(registered.standing_of, study),
        standing_of_published=partial(registered.standing_of_published, study),
        exposures={each.condition: each for each in analysis.exposures},
        extent=wording.extent(analysis.totals),
        primaries=_primaries(study, analysis, places),
        curves=[_curves(analysis, metric, places) for metric in spent],
        distributions=list(_distributions(study, analysis)),
        runs=frame.to_dicts(),
        ended_of={name: ended(frame.filter(condition=name)).height for name in analysis.conditions},
        colour_of=places,
        rederiving=rederiving(
            primary,
            study.baseline if study.compares_conditions else None,
            paired=study.paired,
            contrasts=study.contrasts,
        ),
        level=f"{100 * LEVEL:.0f} %",
    )


def link(path: str) -> str:
    """A path as an address that stays beside the report, whatever it looks like."""
    return f"./{quote(path.lstrip('/'), safe='/', errors='replace')}"


def _places(study: Study, analysis: Analysis) -> dict[str, int]:
    """The colour of each condition; the baseline has the quiet one."""
    others = [name for name in analysis.conditions if name != study.baseline]
    colours = {name: 1 + number % (COLOURS - 1) for number, name in enumerate(others)}
    return colours if study.baseline is None else {study.baseline: 0, **colours}


def _primaries(study: Study, analysis: Analysis, places: dict[str, int]) -> list[Primary]:
    primaries: list[Primary] = []
    for number, metric in enumerate(dict.fromkeys(study.metrics)):
        estimates = analysis.estimates.get(metric)
        if not estimates:
            continue
        of_metric = [each for each in analysis.comparisons if each.metric == metric]
        named = {each.name for each in study.contrasts}
        compared = [each for each in of_metric if each.condition not in named]
        title = title_of(metric)
        several = len(estimates) > 1
        primaries.append(
            Primary(
                metric,
                estimates,
                {each.condition: each for each in compared},
                [each for each in of_metric if each.condition in named],
                plots.means(f"means-{number}", title, estimates, places) if several else None,
                plots.differences(f"differences-{number}", title, compared, places)
                if compared
                else None,
            )
        )
    return primaries


def _curves(analysis: Analysis, spent: str, places: dict[str, int]) -> dict[str, Any]:
    curves = [curve for curve in analysis.curves if curve.spent == spent]
    drawn = curves[: plots.MOST_CURVES]
    picture = plots.learning_curves(f"curves-{spent}", drawn, places)
    return {"spent": spent, "picture": picture, "drawn": drawn, "all": curves, "shares": QUARTERS}


def _distributions(study: Study, analysis: Analysis) -> list[tuple[str, Markup]]:
    """Of a batch: how its metrics are spread. An experiment has its plots of means instead."""
    if study.baseline is not None or len(analysis.conditions) != 1:
        return []
    metrics = dict.fromkeys([*study.metrics, *SPREADS])
    estimates = [analysis.estimates[name][0] for name in metrics if name in analysis.estimates]
    return [
        (each.metric, plots.distribution(f"spread-{number}", title_of(each.metric), each))
        for number, each in enumerate(estimates)
        if not described(each.metric).is_yes_no and each.runs > 1
    ]


def _environment() -> Environment:
    environment = page_environment(Path(__file__).parent)
    environment.filters |= {
        name: getattr(amounts, name) for name in ("amount", "span", "probability", "ratio")
    }
    environment.filters |= {
        "span_of_ratio": amounts.span_of_ratio,
        "span_upwards": amounts.span_upwards,
        "title_of": title_of,
        "link": link,
        "coded": coded,
        "verdict": wording.verdict,
        "tone": wording.tone,
        "detectable": wording.detectable,
        "seen": wording.seen,
        "as_published": wording.as_published,
        "span_of": wording.span_of,
        "plain_difference": wording.plain_difference,
        "counts": wording.counts,
        "one_line": partial(safe_text, keep_newlines=False),
    }
    environment.globals |= {"described": described, "dashes": DASHES}
    environment.tests["unknown"] = lambda value: isinstance(value, Unknown)
    return environment


def coded(text: str) -> Markup:
    """Text of ours in which code stands between backticks, as markup."""
    pieces = (
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(safe_text(text).split("`"))
    )
    return Markup("").join(pieces)
