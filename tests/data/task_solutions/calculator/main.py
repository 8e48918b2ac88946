import re
import sys

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([-+*/()]))")


class NoExpression(Exception):
    pass


def tokens(line):
    place, found = 0, []
    line = line.rstrip()
    while place < len(line):
        match = TOKEN.match(line, place)
        if not match:
            raise NoExpression
        number, sign = match.groups()
        found.append(float(number) if number else sign)
        place = match.end()
    return [*found, None]


class Parser:
    def __init__(self, line):
        self.rest = tokens(line)

    def take(self):
        return self.rest.pop(0)

    def value(self):
        total = self.sum()
        if self.take() is not None:
            raise NoExpression
        return total

    def sum(self):
        total = self.product()
        while self.rest[0] in ("+", "-"):
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self):
        total = self.factor()
        while self.rest[0] in ("*", "/"):
            total = total * self.factor() if self.take() == "*" else total / self.factor()
        return total

    def factor(self):
        token = self.take()
        if token == "-":
            return -self.factor()
        if token == "(":
            inside = self.sum()
            if self.take() != ")":
                raise NoExpression
            return inside
        if isinstance(token, float):
            return token
        raise NoExpression


for line in sys.stdin:
    if line.strip():
        try:
            value = Parser(line).value()
            print(int(value) if value == int(value) else value)
        except (NoExpression, ZeroDivisionError, IndexError):
            print("error")
