"""Migration operations that put a table behind the walls: tenancy, grants, audit, history."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


class Statement(Operation):
    """An operation that is one call of a function in the database."""

    reversible = True
    reduces_to_sql = True
    forwards, backwards = "", ""

    def statement(self) -> tuple[str, list[Any]]:
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        sql, parameters = self.statement()
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(sql, parameters)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """The table goes with its walls."""


class Protect(Statement):
    """Put a table with tenant data behind the walls (sql/protect.sql).

    `patient` names the column that holds the patient's id ("id" for patients themselves) or is
    None for data that belongs to no patient. `erasable` lets the web role delete rows: drafts
    and links, never anything clinical or financial.
    """

    def __init__(self, table: str, patient: str | None = None, *, erasable: bool = False) -> None:
        self.table, self.patient, self.erasable = table, patient, erasable

    def statement(self) -> tuple[str, list[Any]]:
        return "SELECT audit_protect(%s, %s, %s)", [
            self.table,
            self.patient,
            self.erasable,
        ]

    def describe(self) -> str:
        return f"Protect {self.table}"


class Grant(Statement):
    """Give the web role rights on a table that holds no tenant's data."""

    def __init__(self, table: str, rights: str) -> None:
        self.table, self.rights = table, rights

    def statement(self) -> tuple[str, list[Any]]:
        return "SELECT audit_grant(%s, %s)", [self.table, self.rights]

    def describe(self) -> str:
        return f"Grant {self.rights} on {self.table}"


class Wall(Statement):
    """Only the tenant's wall and grants, without capture: for queues and keys that hold ids alone."""

    def __init__(self, table: str, rights: str) -> None:
        self.table, self.rights = table, rights

    def statement(self) -> tuple[str, list[Any]]:
        return "SELECT audit_wall(%s, NULL), audit_grant(%s, %s)", [
            self.table,
            self.table,
            self.rights,
        ]

    def describe(self) -> str:
        return f"Wall {self.table}"
