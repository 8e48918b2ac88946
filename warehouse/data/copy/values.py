"""Invented values: by the type of a column, and by what its name says that it holds."""

import re
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

Value = None | int | float | str | bytes
NOW = datetime(2026, 1, 1, 12)
"""What is past and future for invented rows, which are the same on every day."""
PAST_DAYS, FUTURE_DAYS = 700, 4_000
LARGEST = 100
FIRST = ("Ada", "Grace", "Edsger", "Zoë", "Barbara", "Alan", "Siân", "Katherine", "Tim", "Radia")
LAST = ("Novak", "O'Brien", "Hopper", "Weiß", "Okafor", "Lindgren", "Ito", "Silva", "Kaya", "Moore")
CITIES = ("Graz", "Linz", "Kraków", "Porto", "Ghent", "Oulu", "Bergen", "Nantes")
COUNTRIES = ("Austria", "Poland", "Portugal", "Belgium", "Finland", "Norway", "France")
ADJECTIVES = ("Quiet", "Green", "Last", "Small", "Open", "Distant", "Silver", "Early")
NOUNS = ("River", "Garden", "Letter", "Harbour", "Winter", "Mountain", "Clock", "Bridge")
STATES = ("new", "open", "closed")
_DATED = re.compile(r"(?:^|_)(?:date|day|on|at|due|since|until|born|birthday|deadline)(?:_|$)|date")
_WORDS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_LENGTH = re.compile(r"char[^(]*\(\s*(\d{1,9})")
_PRECISION = re.compile(r"\(\s*(\d{1,3})\s*(?:,\s*(\d{1,3})\s*)?\)")


def invented(name: str, type_: str, number: int, random: Random, *, alone: bool) -> Value:
    """A value of a column for the row of that number; `alone` where no other row may have it."""
    told, declared = "_".join(map(str.lower, _WORDS.findall(name))), type_.lower()
    if "bool" in declared:
        return random.randrange(2)
    if "blob" in declared or "binary" in declared or "bytea" in declared:
        return number.to_bytes(4)
    if "uuid" in declared:
        return str(UUID(int=random.getrandbits(128), version=4))
    if "json" in declared:
        return f'{{"number": {number}}}'
    moment = NOW + timedelta(days=random.randrange(-PAST_DAYS, PAST_DAYS // 2), minutes=number)
    if random.random() < 0.2:
        moment += timedelta(days=random.randrange(FUTURE_DAYS))
    if "timestamp" in declared or "datetime" in declared:
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    if declared.startswith("date"):
        return moment.strftime("%Y-%m-%d")
    if declared.startswith("time"):
        return moment.strftime("%H:%M:%S")
    if "int" in declared or "serial" in declared:
        return _whole(told, moment, number, random, alone=alone)
    if re.search("real|floa|doub|num|deci|money", declared):
        return _decimal(declared, number, random, alone=alone)
    if _DATED.search(told):
        return moment.strftime("%Y-%m-%d")
    length = _LENGTH.search(declared)
    return _text(told, number, random, int(length[1]) if length else 200, alone=alone)


def _whole(told: str, moment: datetime, number: int, random: Random, *, alone: bool) -> int:
    if alone:
        return number
    if "year" in told:
        return random.randrange(1950, NOW.year)
    if _DATED.search(told):
        return int((moment - datetime(1970, 1, 1)).total_seconds())
    return random.randrange(18, 90) if told == "age" else random.randrange(1, LARGEST)


def _decimal(declared: str, number: int, random: Random, *, alone: bool) -> float:
    precision = _PRECISION.search(declared)
    digits, behind = (int(each or 0) for each in precision.groups()) if precision else (9, 2)
    largest = min(10 ** max(digits - behind, 0), LARGEST) - 1
    share = (number % 1000) / 1000 if alone else random.random()
    return float(round(max(largest, 0) * share, min(behind, 2)))


def _text(told: str, number: int, random: Random, length: int, *, alone: bool) -> str:
    first, last = random.choice(FIRST), random.choice(LAST)
    by_name = (
        ("mail", f"{FIRST[number % 3].lower()}.{number}@example.org"),
        ("phone|mobile|fax", f"+43 555 {number:04d}"),
        ("url|link|website", f"https://example.org/{number}"),
        ("isbn|ean|barcode", f"{9_780_000_000_000 + number}"),
        ("code|sku|number|(^|_)no$|ref", f"A-{number:04d}"),
        ("state|status|kind|type|category|role", random.choice(STATES)),
        ("city|town|place", random.choice(CITIES)),
        ("country", random.choice(COUNTRIES)),
        ("street|address", f"{random.choice(NOUNS)} Street {number}"),
        ("first|given", first),
        ("last|surname|family", last),
        ("title|subject|product|item", f"{random.choice(ADJECTIVES)} {random.choice(NOUNS)}"),
        ("name|author|person|customer|member|user", f"{first} {last}"),
    )
    text = next((value for words, value in by_name if re.search(words, told)), None)
    if text is None:
        text = f"{random.choice(ADJECTIVES)} {random.choice(NOUNS).lower()}"
    if not alone or str(number) in text:
        return text[:length]
    return f"{text[: max(length - len(str(number)) - 1, 0)]} {number}".strip()[-length:]
