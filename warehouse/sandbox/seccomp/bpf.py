"""The list as the kernel and `bwrap --seccomp` take it: a program of classic BPF.

It reads `struct seccomp_data`: the number of the call, the machine, and six arguments of 64 bits.
"""

from __future__ import annotations

import errno
import functools
import struct
from collections.abc import Iterable, Iterator

from warehouse.sandbox.seccomp.allow_list import MACHINES, Alternative, Call, Test, allow_list

AUDIT_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
LOAD, AND, EQUAL, ABOVE, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x25, 0x35, 0x06
KILL, REFUSE, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16
HALF = 0xFFFFFFFF

Instruction = tuple[int, int, int, int]
"""Code, how many to skip if true and if false, operand."""


@functools.cache
def bpf_program(machine: str, *, counted: bool) -> bytes:
    """The filter for one of `MACHINES`. A call made as another machine's (32 bits) ends the program."""
    listed = allow_list(counted=counted)
    which = MACHINES.index(machine)
    instructions = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, AUDIT_MACHINES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *_missing(listed.missing, listed.calls, which),
    ]
    plain = []
    for call in listed.calls:
        number = call.numbers[which]
        if number is None:
            continue
        if call.alternatives == ((),):
            plain.append(number)
        else:
            instructions += _guarded(number, call.alternatives)
    for first, last in _ranges(plain):
        instructions += [(ABOVE, 2, 0, last), (AT_LEAST, 0, 1, first), (RETURN, 0, 0, ALLOW)]
    instructions.append((RETURN, 0, 0, REFUSE | errno.EPERM))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _missing(missing: Iterable[Call], known: Iterable[Call], which: int) -> list[Instruction]:
    """Calls that are to seem missing, and any newer than all we know of, x32's among them."""
    newest = max(number for call in known if (number := call.numbers[which]) is not None)
    absent = (RETURN, 0, 0, REFUSE | errno.ENOSYS)
    found = [(ABOVE, 0, 1, newest), absent]
    for call in missing:
        if (number := call.numbers[which]) is not None:
            found += [(EQUAL, 0, 1, number), absent]
    return found


def _guarded(number: int, alternatives: Iterable[Alternative]) -> list[Instruction]:
    body = [step for alternative in alternatives for step in _alternative(alternative)]
    body.append((RETURN, 0, 0, REFUSE | errno.EPERM))
    return [(EQUAL, 0, len(body), number), *body]


def _alternative(tests: Alternative) -> list[Instruction]:
    """Allow when all tests hold, else go on behind it."""
    steps = [step for test in tests for step in _test(test)]
    return [
        (code, 0, len(steps) - at, operand) if code == EQUAL else (code, 0, 0, operand)
        for at, (code, operand) in enumerate(steps)
    ] + [(RETURN, 0, 0, ALLOW)]


def _test(test: Test) -> Iterator[tuple[int, int]]:
    """Both halves of an argument, of which classic BPF loads one at a time; little-endian."""
    for half in (0, 1):
        mask = test.mask >> 32 * half & HALF
        if not mask:
            continue
        yield LOAD, ARGUMENTS + 8 * test.argument + 4 * half
        if mask != HALF:
            yield AND, mask
        yield EQUAL, test.value >> 32 * half & HALF


def _ranges(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of numbers, in rising order."""
    ordered = sorted(numbers)
    first = last = ordered[0]
    for number in ordered[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last
