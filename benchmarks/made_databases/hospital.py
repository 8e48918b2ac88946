"""A hospital: patients are admitted to wards, diagnosed by doctors and given drugs. Its names are short, and codes stand for words."""

import random
import sqlite3
from datetime import date

from benchmarks.made_databases.maker import day, insert, later, person

SCHEMA = """
CREATE TABLE department (dept_id INTEGER PRIMARY KEY, dept_name TEXT, floor INTEGER);
CREATE TABLE doctor (doc_id INTEGER PRIMARY KEY, full_name TEXT, dept_id INTEGER REFERENCES department (dept_id),
    hired DATE, boss_id INTEGER REFERENCES doctor (doc_id));
CREATE TABLE patient (pat_id INTEGER PRIMARY KEY, full_name TEXT, sex TEXT, born DATE, insurance TEXT);
CREATE TABLE ward (ward_id INTEGER PRIMARY KEY, ward_name TEXT, dept_id INTEGER REFERENCES department (dept_id), beds INTEGER);
CREATE TABLE admission (adm_id INTEGER PRIMARY KEY, pat_id INTEGER REFERENCES patient (pat_id),
    ward_id INTEGER REFERENCES ward (ward_id), doc_id INTEGER REFERENCES doctor (doc_id), admitted DATE, discharged DATE);
CREATE TABLE diagnosis (code TEXT PRIMARY KEY, label TEXT, is_chronic INTEGER);
CREATE TABLE admission_diagnosis (adm_id INTEGER REFERENCES admission (adm_id), code TEXT REFERENCES diagnosis (code),
    rank INTEGER, PRIMARY KEY (adm_id, code));
CREATE TABLE drug (drug_id INTEGER PRIMARY KEY, drug_name TEXT, unit_cost REAL);
CREATE TABLE prescription (rx_id INTEGER PRIMARY KEY, adm_id INTEGER REFERENCES admission (adm_id),
    drug_id INTEGER REFERENCES drug (drug_id), days INTEGER, per_day INTEGER);
CREATE TABLE lab_test (test_id INTEGER PRIMARY KEY, adm_id INTEGER REFERENCES admission (adm_id), kind TEXT, value REAL, taken DATE);
"""
DEPARTMENTS = ("Cardiology", "Surgery", "Pediatrics", "Neurology")
DIAGNOSES = {
    "I10": ("Hypertension", 1),
    "E11": ("Type 2 diabetes", 1),
    "J18": ("Pneumonia", 0),
    "S72": ("Fracture of femur", 0),
    "G43": ("Migraine", 1),
    "K35": ("Appendicitis", 0),
}
DRUGS = ("Amoxicillin", "Ibuprofen", "Insulin", "Metformin", "Paracetamol", "Ramipril")
TESTS = ("CRP", "glucose", "hemoglobin")


def make(database: sqlite3.Connection, chance: random.Random) -> None:
    database.executescript(SCHEMA)
    insert(database, "department", [(n, name, n % 3 + 1) for n, name in enumerate(DEPARTMENTS, 1)])
    doctors = [
        (n, person(n * 7), (n - 1) % 4 + 1, day(chance, 3_000, date(2012, 1, 1)), None if n <= 4 else (n - 1) % 4 + 1)
        for n in range(1, 15)
    ]  # fmt: skip
    insert(database, "doctor", doctors)
    patients = (
        (n, person(n * 3), chance.choice("fm"), f"{chance.randint(1935, 2019)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
         chance.choice(("public", "public", "private", None)))
        for n in range(1, 91)
    )  # fmt: skip
    insert(database, "patient", patients)
    insert(
        database,
        "ward",
        [
            (n, f"{DEPARTMENTS[(n - 1) % 4]} {'AB'[n > 4]}", (n - 1) % 4 + 1, chance.randint(8, 30))
            for n in range(1, 9)
        ],
    )
    insert(database, "diagnosis", [(code, *told) for code, told in DIAGNOSES.items()])
    insert(
        database,
        "drug",
        [(n, name, round(chance.uniform(0.2, 6), 2)) for n, name in enumerate(DRUGS, 1)],
    )
    numbers = {"prescription": 0, "lab_test": 0}
    for adm in range(1, 221):
        came, ward = day(chance), chance.randint(1, 8)
        left = later(chance, came, 20) if chance.random() < 0.92 else None
        doctor = chance.choice([each[0] for each in doctors[:13] if each[2] == (ward - 1) % 4 + 1])
        insert(database, "admission", [(adm, chance.randint(1, 80), ward, doctor, came, left)])
        codes = chance.sample(list(DIAGNOSES), chance.randint(1, 3))
        insert(
            database,
            "admission_diagnosis",
            [(adm, code, rank) for rank, code in enumerate(codes, 1)],
        )
        for _ in range(chance.randint(0, 3)):
            numbers["prescription"] += 1
            insert(
                database,
                "prescription",
                [
                    (
                        numbers["prescription"],
                        adm,
                        chance.randint(1, 6),
                        chance.randint(1, 14),
                        chance.randint(1, 3),
                    )
                ],
            )
        for _ in range(chance.randint(0, 2)):
            numbers["lab_test"] += 1
            insert(
                database,
                "lab_test",
                [
                    (
                        numbers["lab_test"],
                        adm,
                        chance.choice(TESTS),
                        round(chance.uniform(1, 160), 1),
                        came,
                    )
                ],
            )
