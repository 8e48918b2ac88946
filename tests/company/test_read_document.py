import pytest

from company.deliverables.document import read_document
from company.deliverables.kind import Unreadable

MANUAL = "# Tips\n\nRun it:\n\n```bash\npython main.py\n```\n\nDone.\n"


@pytest.mark.parametrize(
    "reply",
    [
        MANUAL,
        f"```markdown\n{MANUAL}```\n",
        f"Here is the manual:\n\n```markdown\n{MANUAL}```\n\nI hope it helps.",
        f"````\n{MANUAL}````",
        f"MANUAL.md\n```md\n{MANUAL}```",
        f"```markdown MANUAL.md\n{MANUAL}```",
        f"```markdown\n# MANUAL.md\n\n{MANUAL}```",
        MANUAL.replace("\n", "\r\n"),
        f"<think>short</think>\n{MANUAL}",
    ],
)
def test_a_document_is_read_with_or_without_a_fence_around_it(reply: str) -> None:
    assert read_document(reply, "MANUAL.md") == MANUAL


def test_a_small_code_block_in_a_document_is_not_the_document() -> None:
    document = "# Tips\n\nA long text that says what it does and how.\n\n```\npython main.py\n```\n"

    assert read_document(document, "README.md") == document


def test_a_plain_file_is_what_the_only_block_holds() -> None:
    reply = "You need these:\n\n```txt\nflask==3.0\nrich\n```\n\nThat is all."

    assert read_document(reply, "requirements.txt") == "flask==3.0\nrich\n"


@pytest.mark.parametrize("reply", ["", " \n ", "```markdown\n```"])
def test_an_empty_document_is_asked_for_again(reply: str) -> None:
    with pytest.raises(Unreadable, match=r"Write the whole text of MANUAL\.md"):
        read_document(reply, "MANUAL.md")
