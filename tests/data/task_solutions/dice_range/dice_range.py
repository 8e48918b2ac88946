import re


def dice_range(text: str) -> tuple[int, int]:
    """The least and the greatest result of dice."""
    least = most = 0
    for sign, term in re.findall(r"(^|[+-])([^+-]*)", text):
        match = re.fullmatch(r"(?:([0-9]*)d)?([0-9]+)", term.strip(" "))
        if not match:
            raise ValueError(f"no dice: {term!r}")
        low = high = int(match[2])
        if match[1] is not None:
            low = int(match[1] or 1)
            high *= low
            if high == 0:
                raise ValueError(f"no dice: {term!r}")
        least += -high if sign == "-" else low
        most += -low if sign == "-" else high
    return least, most
