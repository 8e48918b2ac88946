import json
import re
import sys


def meant(value):
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch("-?[0-9]+", value):
        return int(value)
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def main():
    found = {}
    section = found
    for number, line in enumerate(sys.stdin, start=1):
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            section = found.setdefault(line[1:-1].strip(), {})
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            print(f"line {number}: this is no setting", file=sys.stderr)
            return 2
        section[key.strip()] = meant(value.strip())
    print(json.dumps(found))
    return 0


sys.exit(main())
