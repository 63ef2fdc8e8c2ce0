"""Rules that the database itself holds, on SQLite and PostgreSQL alike, written as migration operations."""

from django.db import router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class RefuseWhen(Operation):
    """A trigger that refuses UPDATE or DELETE of a row of `table` where `condition` holds.

    `condition` is SQL over OLD and NEW that both engines understand; `event` is "UPDATE" or "DELETE". May be given
    again in a later migration: SQLite loses a table's triggers whenever Django has to make the table anew.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, *, table: str, event: str, condition: str, message: str) -> None:
        self.name = name
        self.table = table
        self.event = event
        self.condition = condition
        self.message = message

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of Django's model state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", params=None)
            returned = "OLD" if self.event == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger AS $$ BEGIN "
                f"IF {self.condition} THEN RAISE EXCEPTION '{self.message}' USING ERRCODE = 'check_violation'; "
                f"END IF; RETURN {returned}; END; $$ LANGUAGE plpgsql",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
                params=None,
            )
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}", params=None)
            schema_editor.execute(
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
                f"FOR EACH ROW WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END",
                params=None,
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", params=None)
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {self.name}()", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}", params=None)

    def describe(self) -> str:
        return f"Refuse {self.event} on {self.table}: {self.message}"
