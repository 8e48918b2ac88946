"""A shop: customers order products, pay, and say what they think of them."""

import random
import sqlite3

from benchmarks.made_databases.maker import day, insert, later, person

SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT, country TEXT, joined DATE);
CREATE TABLE suppliers (id INTEGER PRIMARY KEY, name TEXT, country TEXT);
CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, category_id INTEGER REFERENCES categories (id),
    supplier_id INTEGER REFERENCES suppliers (id), price REAL, stock INTEGER);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), placed DATE, status TEXT);
CREATE TABLE order_items (order_id INTEGER REFERENCES orders (id), product_id INTEGER REFERENCES products (id),
    quantity INTEGER, unit_price REAL, PRIMARY KEY (order_id, product_id));
CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), amount REAL, method TEXT, paid_on DATE);
CREATE TABLE reviews (id INTEGER PRIMARY KEY, product_id INTEGER REFERENCES products (id),
    customer_id INTEGER REFERENCES customers (id), stars INTEGER, text TEXT);
"""
CITIES = {
    "Graz": "Austria",
    "Linz": "Austria",
    "Vienna": "Austria",
    "Berlin": "Germany",
    "Munich": "Germany",
    "Turin": "Italy",
    "Zurich": "Switzerland",
}
CATEGORIES = ("Books", "Garden", "Kitchen", "Music", "Toys")
KINDS = ("Basic", "Classic", "Deluxe", "Mini", "Pocket", "Royal", "Travel", "Twin")
STATUSES = ("delivered", "delivered", "delivered", "open", "cancelled", "returned")
METHODS = ("card", "invoice", "transfer")
OPINIONS = (
    "Works well.",
    "Broke after a week.",
    "A gift that was liked.",
    "Not as in the picture.",
    None,
)


def make(database: sqlite3.Connection, chance: random.Random) -> None:
    database.executescript(SCHEMA)
    cities = list(CITIES.items())
    people = [(n, person(n), *chance.choice(cities), day(chance, 500)) for n in range(1, 61)]
    insert(database, "customers", people)
    suppliers = zip(
        ("Alpenwerk", "Nordlicht", "Casa Verde", "Rheingold"),
        ("Austria", "Germany", "Italy", "Germany"),
        strict=True,
    )
    insert(database, "suppliers", [(n, *each) for n, each in enumerate(suppliers, 1)])
    insert(database, "categories", enumerate(CATEGORIES, 1))
    products = [
        (n, f"{KINDS[n % 8]} {CATEGORIES[n % 5]} {n}", n % 5 + 1, chance.randint(1, 4),
         round(chance.uniform(3, 120), 2), chance.choice((0, 3, 12, 40, 200)))
        for n in range(1, 41)
    ]  # fmt: skip
    insert(database, "products", products)
    paid = 0
    for order in range(1, 301):
        placed, status = day(chance), chance.choice(STATUSES)
        # Some customers never ordered, and some products were never sold.
        insert(database, "orders", [(order, chance.randint(1, 54), placed, status)])
        items = [
            (order, product[0], chance.randint(1, 4), product[4])
            for product in chance.sample(products[:37], chance.randint(1, 4))
        ]
        insert(database, "order_items", items)
        if status in ("delivered", "returned") and chance.random() < 0.9:
            paid += 1
            total = round(sum(each[2] * each[3] for each in items), 2)
            insert(
                database,
                "payments",
                [(paid, order, total, chance.choice(METHODS), later(chance, placed, 40))],
            )
    reviews = (
        (
            n,
            chance.randint(1, 30),
            chance.randint(1, 54),
            chance.randint(1, 5),
            chance.choice(OPINIONS),
        )
        for n in range(1, 151)
    )
    insert(database, "reviews", reviews)
