"""The family of errors a person may see. Each message says what is wrong and what to do."""


class SofthouseError(Exception):
    """Base of every expected failure; `exit_code` is what the command line returns for it."""

    exit_code = 2


class JournalError(SofthouseError):
    """A journal cannot be read, written or trusted."""


class RunNotFound(SofthouseError):
    """No run answers to the given name."""


class ProductError(SofthouseError):
    """The product's repository cannot be used."""


class PathRejected(ProductError):
    """A path proposed for the product is unsafe; the message is addressed to who proposed it."""


class SandboxError(SofthouseError):
    """No sandbox could be started."""

    exit_code = 5
