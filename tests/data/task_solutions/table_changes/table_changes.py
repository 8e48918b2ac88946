def table_changes(old: dict[str, object], new: dict[str, object]) -> list[str]:
    """What has changed from the one dictionary to the other."""
    changes = []
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            changes.append(f"+{key}")
        elif key not in new:
            changes.append(f"-{key}")
        elif old[key] != new[key]:
            changes.append(f"~{key}")
    return changes
