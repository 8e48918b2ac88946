import collections
import json
import re
import sys

status_counts, day_counts, path_counts = (collections.Counter() for _ in range(3))
errors, broken, requests = set(), 0, 0
for line in sys.stdin:
    if not line.strip():
        continue
    fields = line.rstrip("\n").split(" ")
    if len(fields) != 5 or not re.fullmatch("[0-9]{3}", fields[4]):
        broken += 1
        continue
    day, _, _, path, status = fields
    requests += 1
    status_counts[status] += 1
    day_counts[day] += 1
    path_counts[path] += 1
    if int(status) >= 400:
        errors.add(path)
busiest = min(path_counts, key=lambda path: (-path_counts[path], path), default=None)
print(
    json.dumps(
        {
            "requests": requests,
            "broken": broken,
            "by_status": status_counts,
            "by_day": day_counts,
            "errors": sorted(errors),
            "busiest": busiest,
        }
    )
)
