"""The database itself refuses other organizations, whatever is asked of it (A7).

Nothing here names the tables: the catalogue does. The clients are the web role's own connections.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from osler.kernel.keys import uuid7
from osler.ops.supervisor.cluster import ADMIN, OWNER, WEB
from tests import databases
from tests.access.catalogue import Table, lift_rules, row_of, tables

OPEN = {
    "account_emailaddress": "sign-in comes before any organization",
    "account_emailconfirmation": "sign-in",
    "accounts_apitoken": "sign-in: hashes",
    "accounts_attempt": "sign-in: hashes of what was tried in vain",
    "accounts_cacheentry": "hashes and what all processes remember together",
    "accounts_session": "sign-in: hashes",
    "audit_seal": "hashes and signatures of all tenants' events",
    "auth_group": "not used, not granted",
    "auth_group_permissions": "not used, not granted",
    "auth_permission": "not used, not granted",
    "django_content_type": "of the framework",
    "django_migrations": "of the framework",
    "mfa_authenticator": "sign-in: sealed secrets",
    "procrastinate_events": "queue",
    "procrastinate_jobs": "queue: arguments hold the organization's id alone",
    "procrastinate_periodic_defers": "queue",
    "procrastinate_workers": "queue",
    "terminology_codesetversion": "code sets",
    "terminology_diagnosis": "code sets",
    "terminology_searchword": "code sets",
}
"""Tables without a wall, and why each needs none."""
BEFORE_SIGN_IN = {"accounts_user"}
"""Behind a wall as soon as the clinic is known; before that, an account must be found by its address."""
AS_OWNER = {
    "audit_ensure_partitions(integer)": "makes empty partitions",
    "patients_begin_move(uuid,text,text)": "one step of a merge, in the name of who acts",
    "patients_move(uuid)": "moves rows only in that step",
    "patients_move_back(uuid,text[],uuid[])": "moves rows back only in the step of undoing",
    "patients_finish_move(uuid,bigint)": "ends that step",
    "patients_decline_link(uuid)": "closes a proposal, in the name of who acts",
    "patients_mark_allergies(uuid,boolean)": "says of a merge whether its allergies were looked at",
    "patients_is_moving(uuid,uuid)": "whether this very transaction merges these two charts",
    "patients_ids_of(uuid)": "the ids that one person has had; ids alone",
    "patients_next_number(uuid)": "counts on, for a kind of number of the caller's own clinic",
    "audit_leaves(xid8,xid8)": "digests of events, for the sealer",
    "audit_unsealed_since()": "an instant, for the alarm of a sealer that does not seal",
    "intake_doors()": "the public address and name of clinics that are open for registration",
    "fhir_tenants()": "id and name of the organizations, for commands",
    "jobs_sweep()": "forgets what is old, of all tenants; tells how many",
    "scheduling_end_holds(uuid[],tstzrange,timestamp with time zone)": "ends holds whose time is over",
    "patients_renew_statistics()": "has the planner count anew; tells nothing",
    "patients_tokens_of(uuid[])": "writes search words of the caller's own patients",
}
"""Functions that the web role may call and that run as the owner."""
REFUSED = (InsufficientPrivilege, psycopg.IntegrityError)  # by the wall, or by a trigger before it
SCHEMA_DEEDS = [
    "TRUNCATE {}",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY tenant ON {}",
    "CREATE POLICY gap ON {} USING (true)",
    "CREATE TRIGGER gap BEFORE INSERT ON {} EXECUTE FUNCTION audit_refuse_change()",
    "DROP TABLE {}",
]
SESSION_DEEDS = [
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    f"SET ROLE {ADMIN}",
    f"SET SESSION AUTHORIZATION {OWNER}",
    f"ALTER ROLE {WEB} BYPASSRLS",
    f"ALTER ROLE {WEB} SUPERUSER",
    f"GRANT {OWNER} TO {WEB}",
    f"GRANT pg_write_all_data TO {WEB}",
    "CREATE TABLE public.gap (id int)",
    "CREATE FUNCTION public.gap() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION audit_stamp_version() CASCADE",
    "ALTER FUNCTION audit_leaves(xid8, xid8) SECURITY INVOKER",
    "ALTER SYSTEM SET fsync = off",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT lo_import('/etc/hostname')",
]


@dataclass(frozen=True)
class House:
    """Two organizations, each with a row in every walled table, and who looks at them."""

    admin: psycopg.Connection
    web: psycopg.Connection
    walled: list[Table]
    inserts: dict[str, sql.Composed]
    ours: dict[str, UUID]
    theirs: dict[str, UUID]

    def acts(self, organization: UUID | None, patient: UUID | None = None) -> None:
        """The context of the web role's next statements."""
        self.web.rollback()
        values = [str(organization or ""), str(patient or "")]
        self.web.execute(
            "SELECT set_config('app.org', %s, true), set_config('app.patient', %s, true)", values
        )

    def does(self, statement: sql.Composed, *values: object, **named: object) -> int:
        """How many rows a statement of the web role touched; refused ones touch none and stay."""
        with self.web.transaction():
            return self.web.execute(statement, named or values).rowcount

    def content(self) -> list[object]:
        """A digest of every walled table."""
        digest = "SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} AS t"
        return [self.admin.execute(_on(digest, table)).fetchone() for table in self.walled]


def _on(statement: str, table: Table) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(table.name))


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[House]:
    with django_db_blocker.unblock(), databases.clone("walls") as name:  # type: ignore[attr-defined]
        admin = psycopg.connect(databases.CLUSTER.dsn(ADMIN, name), autocommit=True)
        walled = [table for table in tables(admin, WEB) if table.is_walled]
        inserts = {table.name: row_of(admin, table) for table in walled}
        lift_rules(admin)
        ours, theirs = ({"organization": uuid7(), "patient": uuid7()} for _ in range(2))
        for insert in inserts.values():
            admin.execute(insert, ours)
            admin.execute(insert, theirs)
        with psycopg.connect(databases.CLUSTER.dsn(WEB, name)) as web:
            yield House(admin, web, walled, inserts, ours, theirs)
        admin.close()


def test_every_table_is_behind_a_wall_or_known_to_need_none(house: House) -> None:
    found = tables(house.admin, WEB)
    behind = {table.name for table in found if table.is_walled}
    partitions = {table.name for table in found if table.is_partition}
    bare = [table for table in found if not table.is_walled and not table.is_partition]

    assert {table.name for table in bare} == set(OPEN)
    with_tenant = {table.name for table in bare if table.columns & {"organization_id", "patient_id"}}
    assert with_tenant == set()
    assert [table.name for table in bare if table.refers_to & (behind - BEFORE_SIGN_IN)] == []
    assert [table.name for table in found if table.is_partition and table.rights] == []
    assert len(behind) > 40
    assert partitions


def test_the_web_role_has_no_right_that_opens_a_wall(house: House) -> None:
    found = {table.name: table.rights for table in tables(house.admin, WEB)}

    assert {name: rights - {"SELECT", "INSERT", "UPDATE", "DELETE"} for name, rights in found.items()} == {
        name: frozenset() for name in found
    }


def test_every_wall_asks_for_the_organization_and_for_the_patient_where_there_is_one(house: House) -> None:
    policies = house.admin.execute(
        "SELECT tablename, policyname, permissive, cmd, roles::text[] FROM pg_policies"
        " WHERE schemaname = 'public'"
    ).fetchall()
    tenants = {row[0] for row in policies if row[1:4] == ("tenant", "PERMISSIVE", "ALL")}
    charts = {row[0] for row in policies if row[1:3] == ("own_chart", "RESTRICTIVE")}
    others = {row[:2] for row in policies if row[1] not in ("tenant", "own_chart") and row[4] != [OWNER]}

    assert tenants == {table.name for table in house.walled}
    assert charts == {table.name for table in house.walled if table.patient}
    assert others == {
        ("audit_event", "own_events"),  # restrictive: that something was read, never that it was changed
        ("patients_matchpair", "staff_alone"),  # restrictive: two patients, and no portal sees them
        ("patients_patientimport", "staff_alone"),  # restrictive, and so are these: files of many people
        ("patients_importcontent", "staff_alone"),
        ("patients_importrow", "staff_alone"),
        ("access_patientgrant", "own_rights"),  # one's own, to find out who is signing in
        ("access_roleassignment", "own_rights"),
        ("accounts_user", "before_sign_in"),
        ("accounts_user", "at_sign_in"),
        ("accounts_user", "not_adopted"),
        ("accounts_user", "own_account"),
        ("accounts_user", "family"),
    }


def test_functions_that_run_as_the_owner_are_known_and_cannot_be_led_astray(house: House) -> None:
    found = house.admin.execute(
        "SELECT oid::regprocedure::text, has_function_privilege(%s, oid, 'EXECUTE')"
        " AND prorettype <> 'trigger'::regtype, proconfig FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace",
        [WEB],
    ).fetchall()

    assert {name for name, is_callable, _ in found if is_callable} == set(AS_OWNER)
    assert [name for name, _, config in found if "search_path=public, pg_temp" not in config] == []


def test_without_a_context_no_row_is_seen(house: House) -> None:
    house.acts(None)

    found = seen(house)
    assert {name for name, count in found.items() if count} == BEFORE_SIGN_IN
    assert len(found) > 40


def test_in_a_context_the_own_row_is_seen_and_no_other(house: House) -> None:
    for tenant in (house.ours, house.theirs):
        house.acts(tenant["organization"])
        assert seen(house) == dict.fromkeys(names(house, "SELECT"), 1)
        foreign = "SELECT count(*) FROM {} WHERE organization_id <> %s"
        assert seen(house, foreign, tenant["organization"]) == dict.fromkeys(names(house, "SELECT"), 0)
    house.acts(uuid7())
    assert seen(house) == dict.fromkeys(names(house, "SELECT"), 0)


def test_in_a_portal_another_patient_of_the_same_clinic_is_not_seen(house: House) -> None:
    of_patients = [table.name for table in house.walled if table.patient]
    house.acts(house.ours["organization"], uuid7())
    assert {name: count for name, count in seen(house).items() if name in of_patients} == dict.fromkeys(
        of_patients, 0
    )

    house.acts(house.ours["organization"], house.ours["patient"])
    assert {name: count for name, count in seen(house).items() if name in of_patients} == dict.fromkeys(
        of_patients, 1
    )


def seen(house: House, question: str = "SELECT count(*) FROM {}", *values: object) -> dict[str, int]:
    """What a question finds in each walled table."""
    found = {}
    for table in house.walled:
        if "SELECT" in table.rights:
            found[table.name] = house.web.execute(_on(question, table), values).fetchone()[0]  # type: ignore[index]
    return found


def names(house: House, right: str) -> list[str]:
    """The walled tables on which the web role has a right."""
    return [table.name for table in house.walled if right in table.rights]


def refused(
    house: House, statements: Callable[[Table], sql.Composed], right: str, **named: object
) -> set[str]:
    """The tables on which a statement ends in an error."""
    found = set()
    for table in house.walled:
        if right in table.rights:
            with pytest.raises(REFUSED):
                house.does(statements(table), **named)
            found.add(table.name)
    return found


@pytest.mark.parametrize("context", ["nobody", "another organization"])
def test_a_row_of_another_organization_cannot_be_written(house: House, context: str) -> None:
    before = house.content()
    house.acts(None if context == "nobody" else house.theirs["organization"])

    assert refused(house, lambda table: house.inserts[table.name], "INSERT", **house.ours) == set(
        names(house, "INSERT")
    )
    touched = {}
    open_to_it = BEFORE_SIGN_IN if context == "nobody" else set()
    for table in [table for table in house.walled if table.name not in open_to_it]:
        for right, statement in (
            ("UPDATE", "UPDATE {} SET organization_id = organization_id WHERE organization_id = %s"),
            ("DELETE", "DELETE FROM {} WHERE organization_id = %s"),
        ):
            if right in table.rights:
                touched[table.name, right] = house.does(_on(statement, table), house.ours["organization"])
    assert set(touched.values()) == {0}
    house.web.commit()
    assert house.content() == before


def test_a_row_cannot_be_given_to_another_organization(house: House) -> None:
    before = house.content()
    house.acts(house.theirs["organization"])

    for name in set(names(house, "UPDATE")) - {"accounts_user"}:  # there a trigger puts it back
        statement = sql.SQL("UPDATE {} SET organization_id = %s").format(sql.Identifier(name))
        with pytest.raises(REFUSED):
            house.does(statement, house.ours["organization"])

    house.web.commit()
    assert house.content() == before


@pytest.mark.parametrize("deed", SCHEMA_DEEDS)
def test_no_wall_or_trigger_can_be_taken_down(house: House, deed: str) -> None:
    house.acts(house.ours["organization"])

    for table in house.walled:
        with pytest.raises(InsufficientPrivilege):
            house.does(_on(deed, table))


@pytest.mark.parametrize("deed", SESSION_DEEDS)
def test_the_web_role_cannot_become_more_than_it_is(house: House, deed: str) -> None:
    house.acts(house.ours["organization"])

    with pytest.raises((InsufficientPrivilege, psycopg.errors.ActiveSqlTransaction)):
        house.does(sql.SQL(deed).format())


def test_walls_cannot_be_switched_off_for_a_session(house: House) -> None:
    house.acts(house.theirs["organization"])
    house.web.execute("SET LOCAL row_security = off")

    for name in names(house, "SELECT"):
        with pytest.raises(InsufficientPrivilege):
            house.does(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))


def test_the_trail_cannot_be_led_into_a_table_of_ones_own(live_clinic) -> None:
    trail = "SELECT count(*) FROM public.audit_event WHERE entity = 'directory_organization' AND action = 'U'"
    with (
        psycopg.connect(databases.CLUSTER.dsn(ADMIN, live_clinic.name), autocommit=True) as admin,
        psycopg.connect(databases.CLUSTER.dsn(WEB, live_clinic.name)) as web,
    ):
        (before,) = admin.execute(trail).fetchone()
        web.execute("CREATE TEMP TABLE audit_event (LIKE public.audit_event INCLUDING DEFAULTS)")
        web.execute("ALTER TABLE pg_temp.audit_event ALTER id SET DEFAULT 1")
        web.execute("GRANT ALL ON pg_temp.audit_event TO PUBLIC")
        web.execute("SELECT set_config('app.org', %s, true)", [str(live_clinic.organization.id)])
        web.execute("UPDATE directory_organization SET name = 'Another name'")
        web.commit()

        assert admin.execute(trail).fetchone() == (before + 1,)
        assert web.execute("SELECT count(*) FROM pg_temp.audit_event").fetchone() == (0,)
    connections.close_all()


def test_accounts_of_another_clinic_are_not_there_once_the_clinic_is_known(house: House) -> None:
    """Not by a list, not by the address, not by the id: only before sign-in, when no clinic is known."""
    theirs, address = house.theirs["organization"], "at-theirs@clinic.test"
    (key,) = house.admin.execute(
        "UPDATE accounts_user SET email = %s, name = 'Theirs' WHERE organization_id = %s RETURNING id",
        [address, theirs],
    ).fetchone()  # type: ignore[misc]
    house.acts(house.ours["organization"])
    for question, value in (("email = %s", address), ("id = %s", key), ("name = %s", "Theirs")):
        assert house.does(sql.SQL(f"SELECT FROM accounts_user WHERE {question}"), value) == 0
        assert house.does(sql.SQL(f"UPDATE accounts_user SET name = 'Ours' WHERE {question}"), value) == 0

    house.acts(None)
    assert house.does(sql.SQL("SELECT FROM accounts_user WHERE email = %s"), address) == 1
    house.web.rollback()


def test_whoever_acts_for_a_patient_here_is_known_here_wherever_at_home(house: House) -> None:
    ours, theirs = house.ours["organization"], house.theirs["organization"]
    stranger = "SELECT id FROM accounts_user WHERE organization_id = %s"
    (key,) = house.admin.execute(stranger, [theirs]).fetchone()  # type: ignore[misc]
    question = sql.SQL("SELECT FROM accounts_user WHERE id = %s")
    house.acts(ours)
    assert house.does(question, key) == 0

    house.admin.execute("UPDATE access_patientgrant SET user_id = %s WHERE organization_id = %s", [key, ours])
    house.acts(ours)
    assert house.does(question, key) == 1
    house.web.rollback()
