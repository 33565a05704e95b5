"""SQL by which the database itself refuses to change or delete an event, by kind of database."""

_SQLITE = tuple(
    f"CREATE TRIGGER event_no_{what} BEFORE {what} ON events_event BEGIN "
    f"SELECT RAISE(ABORT, 'events are never changed or deleted'); END"
    for what in ("UPDATE", "DELETE")
)
_POSTGRESQL = (
    "CREATE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$",
    "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON events_event "
    "FOR EACH ROW EXECUTE FUNCTION event_refuse()",
    "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON events_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()",
)
GUARD = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
"""Statements that put the guard in place."""

UNGUARD = {
    "sqlite": ("DROP TRIGGER event_no_UPDATE", "DROP TRIGGER event_no_DELETE"),
    "postgresql": (
        "DROP TRIGGER event_no_change ON events_event",
        "DROP TRIGGER event_no_truncate ON events_event",
        "DROP FUNCTION event_refuse()",
    ),
}
"""Statements that take it away: for restoring a backup into an empty database, and for emptying a test's."""
