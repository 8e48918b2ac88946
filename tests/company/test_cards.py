"""Cards by name: built-in ones, overlaid by the user's own, frozen into a journal and back."""

import json
import os
from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.cards.gathering import GatheredCards
from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument
from company.errors import ConfigurationError

CODING = """\
name: coding
title: My coding
talk: {instructor: cto, assistant: programmer}
sees: [task]
yields: {files: {}}
prompt: "{{ task }}"
"""


def write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def company(name: str = "mine", chain: str = "solo") -> str:
    return f"name: {name}\ntitle: Mine\nchain: {chain}\n"


def test_a_company_is_loaded_with_only_what_it_needs() -> None:
    solo = Cards().load("solo")
    assert set(solo.phases) == {"coding"}
    assert set(solo.roles) == {"cto", "programmer"}
    assert set(solo.chains) == {"solo"}
    assert solo.chain.name == "solo"


def test_a_phase_that_reflects_brings_the_counselor() -> None:
    default = Cards().load("default")
    assert "reflection" in default.phases
    assert "counselor" in default.roles


def test_a_broken_card_that_is_not_needed_disturbs_nobody(tmp_path: Path) -> None:
    write(tmp_path, "roles/ceo.yaml", "name: [")
    assert Cards(tmp_path).load("solo") == Cards().load("solo")
    with pytest.raises(ConfigurationError, match="this is not YAML"):
        Cards(tmp_path).load("default")


@pytest.mark.parametrize("name", list(Cards().of("company")))
def test_a_frozen_company_thaws_to_an_equal_one(name: str) -> None:
    loaded = Cards().load(name)
    assert GatheredCards.model_validate(json.loads(json.dumps(loaded.frozen()))) == loaded


@pytest.mark.parametrize("data", [{}, {"company": 3}, [], None, "x"])
def test_a_frozen_company_that_was_damaged_is_refused(data: object) -> None:
    with pytest.raises(ConfigurationError, match="the company in the journal"):
        validate(GatheredCards, YamlDocument("the company in the journal", data, {}))  # type: ignore[arg-type]


def test_a_users_card_hides_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, "phases/coding.yaml", CODING)
    assert Cards().load("solo").phases["coding"].title == "Coding"
    assert Cards(tmp_path).load("solo").phases["coding"].title == "My coding"


def test_an_earlier_overlay_hides_a_later_one(tmp_path: Path) -> None:
    write(tmp_path, "a/phases/coding.yaml", CODING.replace("My", "First"))
    write(tmp_path, "b/phases/coding.yaml", CODING.replace("My", "Second"))
    cards = Cards(tmp_path / "a", tmp_path / "b")
    assert cards.card("phase", "coding").title == "First coding"


@pytest.mark.parametrize("folder", ["chains", "phases/chains"])
def test_a_users_chain_may_lie_in_either_folder(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/twice.yaml", "name: twice\nsteps: [coding, coding]\n")
    assert Cards(tmp_path).load("solo", chain="twice").chain.name == "twice"


@pytest.mark.parametrize("place", ["mine.yaml", "companies/mine.yaml", "mine.yml"])
def test_a_company_given_by_file_brings_the_cards_beside_it(tmp_path: Path, place: str) -> None:
    path = write(tmp_path, place, company())
    write(tmp_path, "phases/coding.yaml", CODING)
    assert Cards().load(path).phases["coding"].title == "My coding"
    assert Cards().load(str(path)).company.title == "Mine"


def test_a_company_in_the_current_folder_is_found_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "mine.yaml", company())
    monkeypatch.chdir(tmp_path)
    assert Cards().load("mine.yaml").company.name == "mine"


def test_cards_are_listed_by_name_with_where_they_come_from(tmp_path: Path) -> None:
    write(tmp_path, "roles/poet.yaml", "name: poet\ntitle: Poet\nprompt: x\n")
    write(tmp_path, "roles/readme.txt", "not a card")
    write(tmp_path, "roles/.hidden.yaml", "not a card")
    roles = Cards(tmp_path).of("role")
    assert list(roles) == sorted(roles)
    assert not roles["poet"].built_in
    assert roles["programmer"].built_in
    assert roles["programmer"].label == "roles/programmer.yaml"
    assert set(roles) == {*Cards().of("role"), "poet"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("defualt", "There is no company 'defualt' — did you mean 'default'?"),
        (
            "",
            "There is no company '' — known: agent, approving, art, ask, ask_once, crew, data, default, ",
        ),
        ("\x1b[2J", "There is no company '\\x1b[2J' — known: "),
        ("./nowhere.yaml", "nowhere.yaml:1: there is no such file"),
        ("/dev/zero", "/dev/zero:1: there is no such file"),
    ],
)
def test_an_unknown_company_is_refused_with_the_nearest_word(name: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Cards().load(name)
    assert said in str(caught.value)


def test_an_unknown_chain_in_place_of_the_companys_own_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="unknown chain 'wterfall' — did you mean"):
        Cards().load("default", chain="wterfall")


def test_a_card_must_bear_the_name_of_its_file(tmp_path: Path) -> None:
    path = write(tmp_path, "mine.yaml", "title: Mine\nname: yours\nchain: solo\n")
    with pytest.raises(ConfigurationError, match=r"mine\.yaml:2: the name 'yours' must be"):
        Cards().load(path)


def test_two_files_for_one_card_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "roles/poet.yaml", "")
    write(tmp_path, "roles/poet.yml", "")
    with pytest.raises(ConfigurationError, match="Two files claim the role 'poet'"):
        Cards(tmp_path).of("role")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir(mode=0)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Cards(tmp_path).of("role")


class TestDanglingNames:
    """Names that lead nowhere are told by the line that says them."""

    def complaint(self, root: Path, steps: str) -> str:
        write(root, "chains/mine.yaml", f"name: mine\nsteps:\n{steps}")
        with pytest.raises(ConfigurationError) as caught:
            Cards(root).load("solo", chain="mine")
        return str(caught.value).replace(f"{root}/", "")

    def test_of_phases(self, tmp_path: Path) -> None:
        steps = "  - coding\n  - loop: {name: x, max: 2, until: x.y, steps: [codng]}\n"
        assert self.complaint(tmp_path, steps) == (
            "chains/mine.yaml:4: unknown phase 'codng' — did you mean 'coding'?"
        )

    def test_of_chains(self, tmp_path: Path) -> None:
        assert self.complaint(tmp_path, "  - chain: sollo\n") == (
            "chains/mine.yaml:3: unknown chain 'sollo' — did you mean 'solo'?"
        )

    def test_of_roles(self, tmp_path: Path) -> None:
        text = CODING.replace("name: coding", "name: writing").replace(" cto,", " ctoo,")
        write(tmp_path, "phases/writing.yaml", text)
        assert self.complaint(tmp_path, "  - writing\n") == (
            "phases/writing.yaml:3: unknown role 'ctoo' — did you mean 'cto'?"
        )

    def test_all_at_once(self, tmp_path: Path) -> None:
        steps = "  - aaa\n  - when: {if: task.images, steps: [bbb], else: [ccc]}\n"
        assert len(self.complaint(tmp_path, steps).splitlines()) == 3

    def test_and_broken_cards_on_the_way(self, tmp_path: Path) -> None:
        write(tmp_path, "phases/writing.yaml", CODING.replace("title", "titel"))
        assert "unknown key 'titel'" in self.complaint(tmp_path, "  - writing\n  - nowhere\n")


class TestNothingIsEndless:
    """Chains that would never end, or hardly ever, are refused."""

    def test_a_chain_that_contains_itself(self, tmp_path: Path) -> None:
        write(tmp_path, "chains/a.yaml", "name: a\nsteps: [coding, {chain: a}]\n")
        with pytest.raises(ConfigurationError, match=r"a\.yaml:2: .*contain itself: a → a"):
            Cards(tmp_path).load("solo", chain="a")

    def test_a_chain_that_contains_itself_through_others(self, tmp_path: Path) -> None:
        for name, other in (("a", "b"), ("b", "c"), ("c", "b")):
            loop = f"{{loop: {{name: x, max: 2, until: x.y, steps: [{{chain: {other}}}]}}}}"
            write(tmp_path, f"chains/{name}.yaml", f"name: {name}\nsteps:\n  - {loop}\n")
        with pytest.raises(ConfigurationError, match=r"c\.yaml:3: .*contain itself: b → c → b"):
            Cards(tmp_path).load("solo", chain="a")

    def test_a_chain_used_twice_is_no_cycle(self, tmp_path: Path) -> None:
        write(tmp_path, "chains/a.yaml", "name: a\nsteps: [{chain: solo}, {chain: solo}]\n")
        assert set(Cards(tmp_path).load("solo", chain="a").chains) == {"a", "solo"}

    def test_loops_in_loops_that_multiply(self, tmp_path: Path) -> None:
        steps = "coding"
        for name in "abc":
            steps = f"{{loop: {{name: {name}, max: 100, until: execution.ok, steps: [{steps}]}}}}"
        write(tmp_path, "chains/deep.yaml", f"name: deep\nsteps: [{steps}]\n")
        with pytest.raises(ConfigurationError, match="may come to more than 10,000 phases"):
            Cards(tmp_path).load("solo", chain="deep")

    def test_chains_that_double_and_double(self, tmp_path: Path) -> None:
        for number in range(40):
            inner = "coding" if number == 39 else f"{{chain: c{number + 1}}}"
            text = f"name: c{number}\nsteps: [{inner}, {inner}]\n"
            write(tmp_path, f"chains/c{number}.yaml", text)
        with pytest.raises(ConfigurationError, match="may come to more than 10,000 phases"):
            Cards(tmp_path).load("solo", chain="c0")
