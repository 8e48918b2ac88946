"""The family of errors a person may see. Each message says what is wrong and what to do."""

import errno
from typing import Self

DISK = 74
"""EX_IOERR of sysexits.h: the exit code of a disk that is full or broken, which is nobody's mistake."""
_DISK_FAULTS = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO))


class SofthouseError(Exception):
    """Base of every expected failure; `exit_code` is what the command line returns for it."""

    exit_code = 2

    def caused_by(self, error: OSError) -> Self:
        """The same; its exit code is that of the disk where this is to blame."""
        if is_of_the_disk(error):
            self.exit_code = DISK
        return self


def is_of_the_disk(error: OSError) -> bool:
    """Whether the disk is full or broken, so that the same can succeed once that is mended."""
    return error.errno in _DISK_FAULTS


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
