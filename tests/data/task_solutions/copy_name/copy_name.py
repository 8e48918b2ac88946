def copy_name(name: str, taken: list[str]) -> str:
    """The first name of a file that is not taken."""
    point = name.rfind(".")
    if point <= 0:
        point = len(name)
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name[:point]} ({number}){name[point:]}"
    return free
