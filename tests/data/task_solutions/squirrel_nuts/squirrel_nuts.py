def squirrel_nuts(trees: list[int]) -> int:
    """Find the most nuts on a way along the trees without two jumps in succession."""
    if not trees:
        return 0
    walked = [trees[0]]
    for place in range(1, len(trees)):
        before = walked[place - 1]
        if place >= 3:
            before = max(before, walked[place - 3] + trees[place - 1])
        walked.append(before + trees[place])
    if len(trees) >= 3:
        return max(walked[-1], walked[-3] + trees[-1])
    return walked[-1]
