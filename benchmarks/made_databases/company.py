"""A company with 60 tables, of which a question is about two or three."""

import random
import sqlite3

from benchmarks.made_databases.maker import day, insert, later, person

SCHEMA = """
CREATE TABLE office (id INTEGER PRIMARY KEY, city TEXT, country TEXT, opened DATE);
CREATE TABLE department (id INTEGER PRIMARY KEY, name TEXT, office_id INTEGER REFERENCES office (id));
CREATE TABLE job_title (id INTEGER PRIMARY KEY, title TEXT, grade INTEGER);
CREATE TABLE employee (id INTEGER PRIMARY KEY, name TEXT, department_id INTEGER REFERENCES department (id),
    job_title_id INTEGER REFERENCES job_title (id), manager_id INTEGER REFERENCES employee (id), hired DATE, left_on DATE);
CREATE TABLE salary (employee_id INTEGER REFERENCES employee (id), valid_from DATE, yearly REAL, PRIMARY KEY (employee_id, valid_from));
CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT, industry TEXT, country TEXT);
CREATE TABLE project (id INTEGER PRIMARY KEY, name TEXT, client_id INTEGER REFERENCES client (id), started DATE, ended DATE, budget REAL);
CREATE TABLE project_member (project_id INTEGER REFERENCES project (id), employee_id INTEGER REFERENCES employee (id),
    role TEXT, PRIMARY KEY (project_id, employee_id));
CREATE TABLE timesheet (id INTEGER PRIMARY KEY, employee_id INTEGER REFERENCES employee (id),
    project_id INTEGER REFERENCES project (id), worked_on DATE, hours REAL);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES client (id), issued DATE, due DATE, paid DATE);
CREATE TABLE invoice_line (id INTEGER PRIMARY KEY, invoice_id INTEGER REFERENCES invoice (id),
    project_id INTEGER REFERENCES project (id), amount REAL);
CREATE TABLE vendor (id INTEGER PRIMARY KEY, name TEXT, country TEXT);
CREATE TABLE purchase_order (id INTEGER PRIMARY KEY, vendor_id INTEGER REFERENCES vendor (id),
    ordered_by INTEGER REFERENCES employee (id), ordered DATE, total REAL);
CREATE TABLE expense_claim (id INTEGER PRIMARY KEY, employee_id INTEGER REFERENCES employee (id), kind TEXT, amount REAL,
    claimed DATE, approved INTEGER);
CREATE TABLE leave_request (id INTEGER PRIMARY KEY, employee_id INTEGER REFERENCES employee (id), kind TEXT,
    first_day DATE, days INTEGER, status TEXT);
CREATE TABLE training (id INTEGER PRIMARY KEY, title TEXT, hours INTEGER);
CREATE TABLE training_attendance (training_id INTEGER REFERENCES training (id), employee_id INTEGER REFERENCES employee (id),
    passed INTEGER, PRIMARY KEY (training_id, employee_id));
CREATE TABLE asset (id INTEGER PRIMARY KEY, kind TEXT, bought DATE, price REAL, employee_id INTEGER REFERENCES employee (id));
"""
OTHERS = [
    "audit_log",
    "email_template",
    "mail_queue",
    "feature_flag",
    "web_session",
    "api_key",
    "login_attempt",
    "user_account",
    "permission",
    "role_permission",
    "meeting_room",
    "room_booking",
    "parking_space",
    "visitor_badge",
    "printer",
    "print_job",
    "software_license",
    "license_key",
    "help_ticket",
    "ticket_comment",
    "knowledge_article",
    "news_post",
    "survey",
    "survey_answer",
    "job_posting",
    "applicant",
    "interview",
    "onboarding_task",
    "policy",
    "policy_consent",
    "canteen_menu",
    "canteen_order",
    "fleet_car",
    "car_trip",
    "bank_account",
    "currency",
    "exchange_rate",
    "tax_code",
    "cost_center",
    "budget_plan",
    "forecast",
    "warehouse_bin",
]
"""Tables that no question is about."""
COLUMNS = (
    "name TEXT",
    "status TEXT",
    "created DATE",
    "owner_id INTEGER",
    "amount REAL",
    "note TEXT",
    "priority INTEGER",
)
OFFICES = (("Graz", "Austria"), ("Hamburg", "Germany"), ("Lyon", "France"))
DEPARTMENTS = ("Development", "Design", "Sales", "Finance", "Support", "Research")
TITLES = ("Assistant", "Engineer", "Senior Engineer", "Analyst", "Manager")
CLIENTS = ["Acme", "Borealis", "Cobalt", "Delphi", "Everest", "Fjord", "Galileo", "Helios"]
INDUSTRIES = ("Energy", "Health", "Retail")
PROJECTS = [
    "Anchor",
    "Beacon",
    "Cascade",
    "Dynamo",
    "Ember",
    "Falcon",
    "Glacier",
    "Harbor",
    "Iris",
    "Jade",
    "Kestrel",
    "Lagoon",
]
STATES = ("approved", "approved", "rejected", "pending")


def make(database: sqlite3.Connection, chance: random.Random) -> None:
    database.executescript(SCHEMA)
    _people(database, chance)
    _work(database, chance)
    _money(database, chance)
    _daily_life(database, chance)
    for name in OTHERS:
        columns = chance.sample(COLUMNS, 4)
        database.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        insert(database, name, [(n, *[f"{name} {n}"] * 4) for n in range(1, 6)])


def _people(database: sqlite3.Connection, chance: random.Random) -> None:
    insert(database, "office", [(n, *each, day(chance)) for n, each in enumerate(OFFICES, 1)])
    insert(
        database,
        "department",
        [(n, name, (n - 1) % 3 + 1) for n, name in enumerate(DEPARTMENTS, 1)],
    )
    insert(database, "job_title", [(n, title, n) for n, title in enumerate(TITLES, 1)])
    for n in range(1, 81):
        hired = day(chance, 700)
        left = later(chance, hired, 300) if chance.random() < 0.15 else None
        boss = None if n <= 6 else chance.randint(1, 6)
        insert(
            database,
            "employee",
            [(n, person(n * 11), chance.randint(1, 6), chance.randint(1, 5), boss, hired, left)],
        )
        yearly = chance.randint(30_000, 95_000)
        insert(database, "salary", [(n, hired, yearly)])
        if chance.random() < 0.5:
            insert(
                database,
                "salary",
                [(n, later(chance, hired, 200), yearly + chance.randint(1_000, 9_000))],
            )


def _work(database: sqlite3.Connection, chance: random.Random) -> None:
    insert(
        database,
        "client",
        [
            (n, name, INDUSTRIES[n % 3], chance.choice(OFFICES)[1])
            for n, name in enumerate(CLIENTS, 1)
        ],
    )
    sheets = 0
    for n, name in enumerate(PROJECTS, 1):
        started = day(chance, 400)
        ended = later(chance, started, 300) if chance.random() < 0.5 else None
        # The last client has no project.
        insert(
            database,
            "project",
            [(n, name, chance.randint(1, 7), started, ended, chance.randint(20, 300) * 1_000)],
        )
        for member in chance.sample(range(1, 71), chance.randint(3, 8)):
            insert(
                database,
                "project_member",
                [(n, member, chance.choice(("lead", "member", "adviser")))],
            )
            for _ in range(chance.randint(2, 8)):
                sheets += 1
                insert(
                    database,
                    "timesheet",
                    [(sheets, member, n, later(chance, started, 200), chance.randint(2, 20) / 2)],
                )


def _money(database: sqlite3.Connection, chance: random.Random) -> None:
    lines = 0
    clients = dict(database.execute("SELECT id, client_id FROM project"))
    for n in range(1, 91):
        project, issued = chance.randint(1, 12), day(chance)
        paid = later(chance, issued, 60) if chance.random() < 0.8 else None
        insert(
            database, "invoice", [(n, clients[project], issued, later(chance, issued, 30), paid)]
        )
        for _ in range(chance.randint(1, 3)):
            lines += 1
            insert(database, "invoice_line", [(lines, n, project, chance.randint(500, 20_000))])
    insert(
        database,
        "vendor",
        [
            (n, name, chance.choice(OFFICES)[1])
            for n, name in enumerate(("Paperworks", "Steelworks", "Cloudnine", "Kaffee & Co"), 1)
        ],
    )
    insert(
        database,
        "purchase_order",
        [
            (n, chance.randint(1, 4), chance.randint(1, 80), day(chance), chance.randint(50, 9_000))
            for n in range(1, 71)
        ],
    )


def _daily_life(database: sqlite3.Connection, chance: random.Random) -> None:
    insert(
        database,
        "expense_claim",
        [
            (
                n,
                chance.randint(1, 80),
                chance.choice(("travel", "meals", "hotel")),
                chance.randint(10, 900),
                day(chance),
                chance.randint(0, 1),
            )
            for n in range(1, 121)
        ],
    )
    insert(
        database,
        "leave_request",
        [
            (
                n,
                chance.randint(1, 80),
                chance.choice(("vacation", "sick", "parental")),
                day(chance),
                chance.randint(1, 20),
                chance.choice(STATES),
            )
            for n in range(1, 101)
        ],
    )
    insert(
        database,
        "training",
        [
            (n, title, 4 * n)
            for n, title in enumerate(
                ("First aid", "Data protection", "Public speaking", "SQL basics"), 1
            )
        ],
    )
    for training in range(1, 5):
        attending = chance.sample(range(1, 81), 15 + training)
        insert(
            database,
            "training_attendance",
            [(training, n, int(chance.random() < 0.8)) for n in attending],
        )
    insert(
        database,
        "asset",
        [
            (
                n,
                chance.choice(("laptop", "phone", "monitor")),
                day(chance),
                chance.randint(150, 2_500),
                chance.choice((None, *range(1, 81))),
            )
            for n in range(1, 131)
        ],
    )
