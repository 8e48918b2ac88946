def lift_out(trees: list[list], name: str) -> list[list]:
    """The trees without those of a name, whose children take their place."""
    result = []
    for label, children in trees:
        kept = lift_out(children, name)
        if label == name:
            result.extend(kept)
        else:
            result.append([label, kept])
    return result
