"""The list of system calls says the same to the kernel and to Docker."""

from __future__ import annotations

import errno
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.sandbox.seccomp.allow_list import MACHINES, allow_list
from warehouse.sandbox.seccomp.bpf import AUDIT_MACHINES, bpf_program
from warehouse.sandbox.seccomp.docker_profile import docker_profile

ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
INTERESTING = [
    0,
    1,
    2,
    4,
    10,
    16,
    17,
    40,
    0x5412,
    0x10000000,
    0xFFFFFFFF,
    1 << 32,
    (1 << 32) + 0x5412,
]
arguments = st.lists(
    st.sampled_from(INTERESTING) | st.integers(0, 2**64 - 1), min_size=6, max_size=6
)
CALLS = {
    call.name: call for call in (*allow_list(counted=True).calls, *allow_list(counted=True).missing)
}


def decide(program: bytes, machine: int, number: int, values: list[int]) -> int:
    """What the kernel does: run the filter over one call."""
    data = struct.pack("=IIQ6Q", number, machine, 0, *values)
    instructions = list(struct.iter_unpack("=HBBI", program))
    at = accumulator = 0
    while True:
        code, if_true, if_false, operand = instructions[at]
        at += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                accumulator &= operand
            case 0x06:
                return int(operand)
            case 0x15 | 0x25 | 0x35:
                holds = {0x15: accumulator == operand, 0x25: accumulator > operand}
                at += if_true if holds.get(code, accumulator >= operand) else if_false
            case _:
                pytest.fail(f"no such instruction: {code:#x}")


def docker_decides(profile: dict[str, Any], name: str, values: list[int]) -> int:
    """What libseccomp makes of the profile."""
    for rule in profile["syscalls"]:
        held = all(
            values[test["index"]] & test["value"] == test["valueTwo"]
            for test in rule.get("args", ())
        )
        if name in rule["names"] and held:
            allowed = rule["action"] == "SCMP_ACT_ALLOW"
            return ALLOW if allowed else REFUSE | rule["errnoRet"]
    return REFUSE | errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
@given(name=st.sampled_from(sorted(CALLS)), values=arguments)
def test_both_say_the_same(machine: str, name: str, values: list[int]) -> None:
    number = CALLS[name].numbers[MACHINES.index(machine)]
    if number is not None:
        program = bpf_program(machine, counted=True)
        ours = decide(program, AUDIT_MACHINES[machine], number, values)
        assert ours == docker_decides(json.loads(docker_profile()), name, values)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("counted", [True, False])
def test_what_is_not_listed_is_refused(machine: str, counted: bool) -> None:
    which = MACHINES.index(machine)
    listed = {call.numbers[which] for call in allow_list(counted=counted).calls}
    program = bpf_program(machine, counted=counted)
    for number in set(range(600)) - listed:
        assert decide(program, AUDIT_MACHINES[machine], number, [0] * 6) & ~0xFFFF == REFUSE, number


@pytest.mark.parametrize("number", [0, 20, 39, 250, 288, 0x40000000, 0x40000000 + 39])
def test_a_call_of_another_machine_ends_the_program(number: int) -> None:
    program = bpf_program("x86_64", counted=True)
    assert decide(program, 0x40000003, number, [0] * 6) == KILL


@given(high=st.integers(1, 2**32 - 1))
def test_bits_that_the_kernel_does_not_read_mislead_nobody(high: int) -> None:
    program = bpf_program("x86_64", counted=True)
    terminal = decide(program, AUDIT_MACHINES["x86_64"], 16, [0, high << 32 | 0x5412, 0, 0, 0, 0])
    process = decide(program, AUDIT_MACHINES["x86_64"], 302, [high << 32 | 1, 0, 0, 0, 0, 0])
    assert {terminal, process} == {REFUSE | errno.EPERM}


def test_memory_that_nobody_would_count_is_had_only_where_a_group_counts_it() -> None:
    counted, uncounted = (bpf_program("x86_64", counted=each) for each in (True, False))
    for name in ("memfd_create", "shmget", "msgget", "semget"):
        number = CALLS[name].numbers[0]
        assert number is not None
        assert decide(counted, AUDIT_MACHINES["x86_64"], number, [0] * 6) == ALLOW
        assert decide(uncounted, AUDIT_MACHINES["x86_64"], number, [0] * 6) == REFUSE | errno.EPERM
