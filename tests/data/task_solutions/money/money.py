import re

AMOUNT = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{1,2}))?")


def parse(text):
    match = AMOUNT.fullmatch(text.strip())
    if not match:
        raise ValueError(f"no amount: {text!r}")
    sign, whole, part = match.groups()
    cents = int(whole.replace(",", "")) * 100 + int((part or "").ljust(2, "0"))
    return -cents if sign else cents


def format_cents(cents):
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{part:02}"


def split(cents, people):
    if people < 1:
        raise ValueError("somebody must pay")
    share, rest = divmod(cents, people)
    return [share + 1] * rest + [share] * (people - rest)
