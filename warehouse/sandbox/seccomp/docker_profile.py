"""The list as Docker takes it: JSON for `--security-opt seccomp=`."""

from __future__ import annotations

import errno
import functools
import json

from warehouse.sandbox.seccomp.allow_list import MACHINES, Call, allow_list


@functools.cache
def docker_profile() -> str:
    """Containers are always in a control group."""
    listed = allow_list(counted=True)
    plain = [call.name for call in listed.calls if call.alternatives == ((),)]
    guarded = [call for call in listed.calls if call.alternatives != ((),)]
    missing = [call.name for call in listed.missing]
    profile = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "architectures": [f"SCMP_ARCH_{machine.upper()}" for machine in MACHINES],
        "syscalls": [
            {"names": plain, "action": "SCMP_ACT_ALLOW"},
            {"names": missing, "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOSYS},
            *(rule for call in guarded for rule in _rules(call)),
        ],
    }
    return json.dumps(profile)


def _rules(call: Call) -> list[dict[str, object]]:
    return [
        {
            "names": [call.name],
            "action": "SCMP_ACT_ALLOW",
            "args": [
                {
                    "index": test.argument,
                    "value": test.mask,
                    "valueTwo": test.value,
                    "op": "SCMP_CMP_MASKED_EQ",
                }
                for test in alternative
            ],
        }
        for alternative in call.alternatives
    ]
