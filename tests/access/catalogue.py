"""What the catalogue of the database says of its tables, and a row for each of them."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, c.relispartition,
       ARRAY(SELECT right_name FROM unnest(%(rights)s::text[]) AS right_name
             WHERE has_table_privilege(%(role)s, c.oid, right_name)),
       ARRAY(SELECT attname::text FROM pg_attribute
             WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
       ARRAY(SELECT confrelid::regclass::text FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f')
FROM pg_class c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
  AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  AND c.relnamespace::regnamespace::text NOT LIKE 'pg\\_toast%%'
ORDER BY c.relname
"""
_COLUMNS = """
SELECT a.attname, t.typname, CASE WHEN t.typname = 'varchar' THEN a.atttypmod - 4 ELSE -1 END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attidentity = '' AND a.attgenerated = ''
  AND (a.attname = ANY(%s) OR (a.attnotnull AND NOT a.atthasdef))
ORDER BY a.attnum
"""
_CHECKS = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND coninhcount = 0
"""
CHART_OF = {
    "patients_patient": "id",
    "scheduling_slothold": "id",
    "patients_patientlink": "survivor_id",
    "patients_movedrow": "to_patient_id",
}
RIGHTS = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"]
VALUES = {
    "uuid": "uuidv7()",
    "bool": "false",
    "int2": "(random() * 30000)::int",
    "int4": "(random() * 1000000000)::int",
    "int8": "(random() * 1000000000)::int",
    "numeric": "1",
    "date": "current_date",
    "timestamptz": "now()",
    "time": "'09:00'",
    "json": "'{}'",
    "jsonb": "'{}'",
    "bytea": "'\\x00'",
    "tstzrange": "tstzrange(now(), now() + interval '1 hour')",
    "daterange": "daterange(current_date, NULL)",
}


@dataclass(frozen=True)
class Table:
    """A table as the catalogue knows it."""

    name: str
    is_walled: bool
    is_partition: bool
    rights: frozenset[str]
    columns: frozenset[str]
    refers_to: frozenset[str]

    @property
    def patient(self) -> str:
        """The column that holds the patient's id (or whom the walls take a proposal for), or nothing."""
        if self.name in CHART_OF:
            return CHART_OF[self.name]
        return next((name for name in ("patient_id", "subject_id") if name in self.columns), "")


def tables(admin: psycopg.Connection, role: str) -> list[Table]:
    """Every table, view or other thing with rows, and what a role may do to it."""
    found = admin.execute(_TABLES, {"role": role, "rights": RIGHTS}).fetchall()
    return [Table(*row[:3], *map(frozenset, row[3:])) for row in found]


def row_of(admin: psycopg.Connection, table: Table) -> sql.Composed:
    """An INSERT of an invented row; it wants `organization` and `patient`."""
    given = {"organization_id": "organization", table.patient: "patient"}
    columns = admin.execute(_COLUMNS, [table.name, ["id", "organization_id", table.patient]]).fetchall()
    values = [
        sql.Placeholder(given[name]) if name in given else sql.SQL(_value(kind, length))
        for name, kind, length in columns
    ]
    names = [sql.Identifier(name) for name, _kind, _length in columns]
    parts = sql.Identifier(table.name), sql.SQL(", ").join(names), sql.SQL(", ").join(values)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(*parts)


def _value(kind: str, length: int) -> str:
    if kind in ("text", "varchar", "bpchar"):
        return f"left(md5(random()::text), {min(length, 32) if length > 0 else 32})"
    return "'{}'" if kind.startswith("_") else VALUES[kind]


def lift_rules(admin: psycopg.Connection) -> None:
    """Invented rows break every rule of the clinic: of all that guards a table the walls alone stay."""
    for table, name in admin.execute(_CHECKS).fetchall():
        statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        admin.execute(statement.format(sql.SQL(table), sql.Identifier(name)))
    admin.execute("SET session_replication_role = replica")
