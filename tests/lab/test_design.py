"""From factors to conditions: grids, one factor at a time, and lists."""

from typing import Any

import pytest

from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument, parse_yaml
from company.errors import ConfigurationError
from company.lab.design.design import baseline_of, conditions_of
from company.lab.design.experiment_card import ExperimentCard
from company.lab.design.run_name import run_name


def card(**keys: Any) -> ExperimentCard:
    data = {"name": "study", "tasks": ["tasks.yaml"], **keys}
    return validate(ExperimentCard, YamlDocument("study.yaml", data, {}))


def settings(experiment: ExperimentCard) -> dict[str, dict[str, Any]]:
    return {each.name: dict(each.settings) for each in conditions_of(experiment)}


def test_a_grid_crosses_all_levels() -> None:
    factors = {"company": ["solo", "pair"], "temperature": [0.2, 0.8]}
    assert settings(card(factors=factors)) == {
        "solo, temperature=0.2": {"company": "solo", "temperature": 0.2},
        "solo, temperature=0.8": {"company": "solo", "temperature": 0.8},
        "pair, temperature=0.2": {"company": "pair", "temperature": 0.2},
        "pair, temperature=0.8": {"company": "pair", "temperature": 0.8},
    }


def test_one_factor_at_a_time_varies_each_from_the_baseline() -> None:
    factors = {"company": ["pair", "default"], "loops.testing.max": [3, 1, 0]}
    found = settings(card(design="one_factor", factors=factors))
    assert list(found) == ["baseline", "default", "max=1", "max=0"]
    assert found["default"] == {"company": "default", "loops.testing.max": 3}
    assert found["max=1"] == {"company": "pair", "loops.testing.max": 1}


def test_no_condition_is_lost_because_two_factors_speak_alike() -> None:
    loops = {"company": ["default", "art"], "loops.review.max": [3, 5], "loops.tests.max": [3, 5]}
    assert list(settings(card(design="one_factor", factors=loops))) == [
        "baseline", "art", "loops.review.max=5", "loops.tests.max=5",
    ]  # fmt: skip
    bare = {"company": ["solo", "pair"], "chain": ["solo", "pair"]}
    assert list(settings(card(design="one_factor", factors=bare))) == [
        "baseline", "company=pair", "chain=pair",
    ]  # fmt: skip
    named = {"company": ["solo", "baseline"]}
    assert list(settings(card(design="one_factor", factors=named))) == [
        "baseline",
        "company=baseline",
    ]


def test_the_same_level_twice_is_told() -> None:
    for design in ("grid", "one_factor"):
        twice = card(design=design, factors={"loops.review.max": [3, 5, 3]})
        with pytest.raises(
            ConfigurationError, match=r"factors.loops.review.max: .* '3' is there twice"
        ):
            conditions_of(twice)


def test_a_level_of_many_words_has_a_short_name_of_its_own() -> None:
    prompts = [
        f"Write the program.\n\nTake your time. {{{{ task }}}} {end}" for end in ("Now.", "Then.")
    ]
    first, second = settings(card(factors={"phases.coding.prompt": prompts}))
    assert first.startswith("prompt=Write the program. Take")
    assert first != second
    assert max(len(first), len(second)) <= 60


def test_listed_conditions_are_taken_as_they_are_over_what_holds_for_all() -> None:
    listed = [{"name": "alone", "set": {"company": "solo"}}, {"name": "two", "set": {"seed": 3}}]
    found = settings(card(design="listed", conditions=listed, set={"company": "pair"}))
    assert found == {"alone": {"company": "solo"}, "two": {"company": "pair", "seed": 3}}


def test_the_baseline_is_the_first_condition_unless_another_is_named() -> None:
    factors = {"company": ["solo", "pair"]}
    for named, expected in ((None, "solo"), ("pair", "pair")):
        experiment = card(factors=factors, baseline=named)
        assert baseline_of(experiment, conditions_of(experiment)) == expected
    experiment = card(factors=factors, baseline="pear")
    with pytest.raises(ConfigurationError, match="did you mean 'pair'"):
        baseline_of(experiment, conditions_of(experiment))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "nothing is varied"),
        ({"factors": {"company": ["solo"]}}, "at least 2 items"),
        ({"design": "listed"}, "at least two 'conditions'"),
        ({"design": "grid", "conditions": [{"name": "a"}]}, "belong to 'design: listed'"),
        ({"design": "gird", "factors": {"company": ["a", "b"]}}, "did you mean 'grid'"),
        ({"design": "listed", "conditions": [{"name": "a"}, {"name": "b\nc"}]}, "one line"),
        ({"factor": {"company": ["a", "b"]}}, "did you mean 'factors'"),
    ],
)  # fmt: skip
def test_what_makes_no_experiment_is_refused_in_words(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        card(**keys)


def test_two_conditions_cannot_have_one_name() -> None:
    twice = card(design="listed", conditions=[{"name": "same"}, {"name": "same"}])
    with pytest.raises(ConfigurationError, match="Two conditions are called 'same'"):
        conditions_of(twice)


def test_a_grid_too_large_to_be_meant_is_refused() -> None:
    factors = {f"company.f{n}": list(range(10)) for n in range(4)}
    with pytest.raises(ConfigurationError, match="one factor at a time"):
        conditions_of(card(factors=factors))


def test_mistakes_are_told_with_their_line() -> None:
    text = b"name: study\ntasks: [tasks.yaml]\nfactors:\n  company: [solo, pair]\nrepetition: 2\n"
    with pytest.raises(ConfigurationError) as caught:
        validate(ExperimentCard, parse_yaml(text, "study.yaml"))
    assert str(caught.value).startswith("study.yaml:5: unknown key 'repetition'")
    assert "did you mean 'repetitions'" in str(caught.value)


def test_a_run_is_called_by_its_condition_task_and_repetition() -> None:
    assert run_name("pair, temperature=0.8", "tip", "1") == "pair-temperature-0.8--tip--1"
    assert run_name("..", "a/b").count("/") == 0


def test_names_of_runs_fit_into_any_file_system_and_differ_where_conditions_do() -> None:
    long = [run_name(f"{'x' * 300}{end}", "tip", "1") for end in "ab"]
    foreign = [run_name(name, "tip") for name in ("日本", "中国", "..", "")]
    assert all(len(name) <= 120 for name in long)
    assert len({*long, *foreign}) == 6


def test_levels_that_would_be_called_alike_are_told() -> None:
    """Found: of two levels with one name, a condition was lost."""
    levels = [[{"at": "review", "mute": "cto"}], [{"mute": "cto", "at": "review"}]]
    with pytest.raises(ConfigurationError, match="'mute cto at review' is there twice"):
        conditions_of(card(factors={"interventions": levels}))


def test_interventions_are_called_by_what_they_do() -> None:
    levels = [
        [],
        [{"at": "review", "mute": "code_reviewer"}],
        [{"at": "review", "drop": "code_reviewer", "probability": 0.5}],
        [{"corrupt": {"role": "cto", "share": 0.5}, "probability": 0.07}, {"hide": "tests"}],
        [{"at": "testing/round-2", "say": {"role": "code_reviewer", "text": "Mind zeros."}}],
    ]
    assert list(settings(card(factors={"interventions": levels}))) == [
        "no interventions",
        "mute code_reviewer at review",
        "50 % drop code_reviewer at review",
        "7 % corrupt cto 0.5; hide tests",
        "say code_reviewer Mind zeros. at testing/round-2",
    ]
    others = list(settings(card(factors={"roles.programmer.tools": [[], ["read"]]})))
    assert others == ["tools=[]", 'tools=["read"]']


def test_what_a_role_is_told_is_called_by_its_first_words_and_no_two_alike() -> None:
    """Names lead to folders, and `baseline`, `published` and `contrasts` take 80 characters of them."""

    def level(end: str) -> list[dict[str, Any]]:
        told = {"role": "code_reviewer", "text": f"Mind the empty {end}"}
        return [{"at": "testing/round-2", "say": told, "probability": 0.5}]

    levels = [[], *(level(f"list, {end}") for end in ("please.", "now.")), level("it " * 40) * 3]
    _, please, now, many = settings(card(factors={"interventions": levels}))
    told = "50 % say code_reviewer Mind the empty… at testing/round-2 "
    assert please.startswith(told) and now.startswith(told) and please != now
    assert many.startswith("50 % say code_reviewer Mind the empty…")
    assert max(map(len, (please, now, many))) <= 64
    assert run_name(now, "tip", "1").startswith("50-say-code_reviewer-Mind-the-empty-at-testing")
