"""The `softhouse` command, also as `python -m softhouse`."""

import sys
from typing import NoReturn

from softhouse.own_rooms import ensure_own_rooms, leave_the_current_folder


def main() -> NoReturn:
    """The entry point of the `softhouse` command."""
    leave_the_current_folder()
    try:
        ensure_own_rooms()
    except ImportError as error:
        sys.exit(f"softhouse: {error}")
    from softhouse.program import call

    sys.exit(call())


if __name__ == "__main__":
    main()
