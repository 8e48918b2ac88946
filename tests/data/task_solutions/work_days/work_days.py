def work_days(needs: dict[str, list[str]], hands: int) -> list[list[str]]:
    """Which jobs are done on which day."""
    days: list[list[str]] = []
    done: set[str] = set()
    while len(done) < len(needs):
        ready = sorted(job for job in needs if job not in done and done.issuperset(needs[job]))
        if not ready:
            raise ValueError("some jobs can never be done")
        days.append(ready[:hands])
        done.update(days[-1])
    return days
