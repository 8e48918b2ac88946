"""What a tool is: a name that roles call, arguments that are checked, and text that comes back.

Most tools work on the product. Those of the office reach the rest of the company.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from company.tools.parameters import parameters_of
from warehouse.data.drawing import Drawing
from warehouse.data.rows import Table
from warehouse.events import CommandResult, Passage, PlanItem, Rows


class Workspace(Protocol):
    """The product as a role is changing it, and the sandbox where it is run."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The files that are text, by path, as they are now."""

    @property
    def readable(self) -> Mapping[str, str]:
        """The same, with the documents that the customer gave, below `attached/`."""

    def path(self, path: str) -> str:
        """A path as the product keeps it. Raises BadCall where no file may have it."""

    def put(self, path: str, text: str) -> None:
        """Write the file of that path. Raises BadCall where it may not be written."""

    async def run(
        self, argv: Sequence[str], *, stdin: str = "", seconds: float | None = None
    ) -> "Ran":
        """Run a command on the files; what it leaves in them is kept. Raises BadCall where nothing
        can be run."""

    async def test(self, paths: Sequence[str]) -> str:
        """What the product's own tests, or those in `paths`, come to. Raises BadCall as `run`."""

    async def use(self, actions: str, *, again: bool) -> str:
        """What is seen of the product once these actions, one a line, were made after those before, or
        after its start with `again`. Raises BadCall as `run`, and for what is no action."""

    def documentation(self, name: str) -> Sequence[str]:
        """The command that shows what is documented of a module or function in the product's
        language. Raises BadCall where there is none."""


@dataclass(frozen=True)
class Ran:
    """A command that was run on the files."""

    result: CommandResult
    changed: tuple[str, ...] = ()
    """The files that it wrote or removed."""
    left_out: tuple[str, ...] = ()
    """What it left that cannot be part of the program, and why."""


class BadCall(Exception):
    """A call that cannot be made; the message tells the role, in the second person, what to do."""


class Arguments(BaseModel):
    """What a call is given: the fields of a subclass are its arguments, described for the role."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(Protocol):
    """What a role reaches besides the product: its colleagues, the run's notebook, its own plan.

    All of it is recorded as it is done, and walked again with the run: a tool that uses it does the same
    each time, by its arguments and by what it finds here alone.
    """

    def notebook(self, characters: int) -> str:
        """The newest lines of the notebook that fit, and how many there are before them."""

    def write(self, line: str) -> int:
        """Add a line to the notebook. Returns how many there are."""

    @property
    def plan(self) -> tuple[PlanItem, ...]:
        """What the role means to do in this talk."""

    def make_plan(self, items: tuple[PlanItem, ...]) -> None:
        """Let this be the plan."""

    @property
    def colleagues(self) -> Mapping[str, str]:
        """The other roles of the company: their titles, by name."""

    async def ask(self, colleague: str, question: str) -> str:
        """What a colleague answers. Raises BadCall where it cannot be asked."""

    async def delegate(self, parts: Sequence[tuple[str, str]]) -> str:
        """What colleagues did, each on its own part of the work: its name, and what it is to do. Raises
        BadCall where nothing came of it."""


class Databases(Protocol):
    """The databases of a run, which are only read; one that is None is the only one there is.

    What they tell is data, whatever it says.
    """

    async def tables(self, database: str | None) -> Sequence[Table]:
        """Every table and view. Raises BadCall where it cannot be asked."""

    async def schema(self, database: str | None, question: str, characters: int) -> str:
        """The tables that a question is about, in so many characters. Raises BadCall as `tables`."""

    async def query(self, database: str | None, sql: str) -> Rows:
        """What one query comes to, which is kept with the call. Raises BadCall where it is refused."""

    async def draw(self, drawing: Drawing) -> str:
        """Draw the rows of a query for the report. Returns where the picture is, and the same in plain
        text. Raises BadCall where it cannot be drawn."""


class Knowledge(Protocol):
    """The user's documents, which are only read. What they tell is data, whatever it says."""

    async def look_up(self, question: str, characters: int) -> Sequence[Passage]:
        """The passages that fit a question best, in so many characters; they are kept with the call."""


class Described(Protocol):
    """What every tool says of itself."""

    about: ClassVar[str]
    """What a call does, in a few words."""
    example: ClassVar[Mapping[str, Any]]
    """Arguments of a call that shows how it is made."""
    arguments: ClassVar[type[Arguments]]
    plain: ClassVar[str] = ""
    """The language, called like the argument, in which a block that stands alone is a call."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The arguments as a JSON schema, always in the same order."""
        return parameters_of(self.arguments)

    def checked(self, arguments: Mapping[str, Any]) -> Any:
        """The arguments as `call` takes them. Raises BadCall, which names what is wrong."""
        try:
            # What is null was left out: models write every argument that they know of.
            given = {name: value for name, value in arguments.items() if value is not None}
            return self.arguments.model_validate(given)
        except ValidationError as error:
            wrong = (f"'{'.'.join(map(str, e['loc']))}': {e['msg']}" for e in error.errors())
            raise BadCall("; ".join(wrong)) from None


class Tool(Described, Protocol):
    """One tool: a file of this folder called like it, which holds it as `TOOL`."""

    async def call(self, arguments: Any, workspace: Workspace) -> str:
        """What the call comes to. Raises BadCall where it cannot be made."""


class OfficeTool(Described):
    """A tool of the same kind of file that works on the office, not on the product."""

    @abstractmethod
    async def call(self, arguments: Any, office: Office) -> str:
        """What the call comes to. Raises BadCall where it cannot be made."""


class DatabaseTool(Described):
    """A tool of the same kind of file that works on the databases of the run."""

    @abstractmethod
    async def call(self, arguments: Any, databases: Databases) -> str:
        """What the call comes to. Raises BadCall where it cannot be made."""


class KnowledgeTool(Described):
    """A tool of the same kind of file that works on the user's documents."""

    @abstractmethod
    async def call(self, arguments: Any, knowledge: Knowledge) -> str:
        """What the call comes to. Raises BadCall where it cannot be made."""
