"""The cache's schema, as migrations owned by sqlite-utils.

One table per resource under the API's name with a `<name>_raw(id, json, source)` companion, plus the cache's own books:
`changes` (the journal), `daily` (rollups), `campaign_summaries`, the sync ledger and `meta`.
"""

import sqlite_utils
from sqlite_utils import Migrations

from store.cache.columns import ChildTable, ColumnKind, TableSpec
from store.cache.customer_tables import CUSTOMER_ACTIVITY, CUSTOMER_TABLES, EVENT_CATEGORIES, LOOKED_AT, WATCHED
from store.cache.mark import ALL_DAYS, APPLICATION_ID
from store.cache.received_tables import WEBHOOK_DELIVERIES
from store.cache.registry import ALL_TABLES, TABLES
from store.cache.search_sources import BOOKS
from store.cache.sql_views import SQL_VIEWS
from store.cache.tables import AREAS, DAILY_SUMS, FREE_CODES, IS_FREE, IS_SUMMED
from store.cache.unreadable import MalformedRecord
from store.times import NOT_A_DATE

migrations = Migrations("promoscope")

_META_TABLES = """
create table if not exists meta (key text primary key, value text) without rowid;

create table if not exists unreadable (
    resource text not null, id text not null, json text not null, reason text not null,
    primary key (resource, id)
) without rowid;

create table if not exists changes (
    id integer primary key,
    resource text not null, record_id text not null, campaign_id text,
    field text not null, before text, after text,
    since text, seen_at text not null, run_id text
);
create index if not exists changes_campaign on changes (campaign_id, seen_at);
create index if not exists changes_record on changes (resource, record_id, seen_at);

create table if not exists daily (
    campaign_id text not null, day text not null, metric text not null, source text not null,
    value integer not null, primary key (campaign_id, day, metric, source)
) without rowid;

create table if not exists campaign_totals (
    campaign_id text not null, metric text not null, source text not null, value integer not null, until text,
    primary key (campaign_id, metric, source)
) without rowid;

create table if not exists daily_dirty (
    campaign_id text not null, day text not null, primary key (campaign_id, day)
) without rowid;

create table if not exists campaign_summaries (
    campaign_id text not null, start_date text not null, end_date text not null, json text not null,
    closed integer not null, primary key (campaign_id, start_date, end_date)
);

create table if not exists sync_runs (
    id text primary key, started_at text not null, finished_at text, state text not null,
    calls integer not null default 0, request text, report text
);

create table if not exists sync_states (
    resource text not null, scope text not null, state text not null, as_of text, completed_at text,
    created_watermark text, updated_watermark text, cursor text, via text, reason text,
    total integer, way integer not null default 0, primary key (resource, scope)
) without rowid;

create table if not exists sync_windows (
    resource text not null, scope text not null, pass text not null, started_at text not null, resume text,
    primary key (resource, scope, pass)
) without rowid;

create table if not exists sweep_seen (
    resource text not null, scope text not null, id text not null, primary key (resource, scope, id)
) without rowid;
"""


def _index(db: sqlite_utils.Database, table: str, columns: tuple[str, ...]) -> None:
    db.table(table).create_index(list(columns), f"{table}_{'_'.join(columns)}", if_not_exists=True)


def _ensure_child(db: sqlite_utils.Database, spec: TableSpec, child: ChildTable) -> None:
    parent, *others = (f'"{name}" {kind}' for name, kind in child.columns)
    columns = ", ".join([f'{parent} references "{spec.name}"(id)', *others])
    db.execute(f'create table if not exists "{child.name}" ({columns})')
    for index in child.indexes:
        _index(db, child.name, index)


def ensure_table(db: sqlite_utils.Database, spec: TableSpec) -> None:
    """Create the tables of one resource, or add the columns an older cache lacks. Loses nothing."""
    columns = [(column.name, column.kind.sql) for column in spec.columns]
    columns.append(("missing_since", "TEXT"))
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    db.execute(f'create table if not exists "{spec.name}" (id TEXT PRIMARY KEY, {listed})')
    present = {column.name for column in db.table(spec.name).columns}
    for name, kind in columns:
        if name not in present:
            db.execute(f'alter table "{spec.name}" add column "{name}" {kind}')
    # Says what belongs together; nothing enforces it, and a record's own pointers may name what is not read.
    db.execute(
        f'create table if not exists "{spec.raw}" (id TEXT PRIMARY KEY references "{spec.name}"(id),'
        " json TEXT NOT NULL, source TEXT NOT NULL)"
    )
    for index in spec.indexes:
        _index(db, spec.name, index)
    for child in spec.children:
        _ensure_child(db, spec, child)


@migrations()
def m001_resources_and_books(db: sqlite_utils.Database) -> None:
    """Every resource of the first release, and the books."""
    for statement in _META_TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
    for spec in ALL_TABLES:
        ensure_table(db, spec)
    db.execute(f"pragma application_id = {APPLICATION_ID}")


@migrations()
def m002_missing_rows(db: sqlite_utils.Database) -> None:
    """The few rows that are gone upstream, findable at once: counting a million codes that are there needs them."""
    for spec in ALL_TABLES:
        column = spec.campaign_column or "id"
        db.execute(
            f'create index if not exists "{spec.name}_missing" on "{spec.name}" ("{column}")'
            " where missing_since is not null"
        )


@migrations()
def m003_codes_in_order_of_creation(db: sqlite_utils.Database) -> None:
    """Make the index over creation the last of the vouchers' (see `store.cache.tables.VOUCHERS`)."""
    db.execute("drop index if exists vouchers_campaign_id_created_at")
    _index(db, "vouchers", ("campaign_id", "created_at"))


@migrations()
def m004_members_read(db: sqlite_utils.Database) -> None:
    """For which codes a list that exists code by code was read, and in which state the code was."""
    db.execute(
        "create table if not exists members_read (resource text not null, id text not null, mark text,"
        " primary key (resource, id)) without rowid"
    )


@migrations()
def m005_webhook_deliveries(db: sqlite_utils.Database) -> None:
    """What `promoscope listen` receives, and the records each delivery is about."""
    ensure_table(db, WEBHOOK_DELIVERIES)


@migrations()
def m006_unusable_amounts(db: sqlite_utils.Database) -> None:
    """How many records have no usable amount, by day and metric. Days that were counted without are counted again."""
    db.execute(
        "create table if not exists unusable_amounts (campaign_id text not null, day text not null,"
        " metric text not null, source text not null, records integer not null,"
        " primary key (campaign_id, day, metric, source)) without rowid"
    )
    db.execute("update meta set value = '' where key = 'timezone'")


@migrations()
def m007_dates_as_received(db: sqlite_utils.Database) -> None:
    """Dates that cannot be read are kept as received, marked, instead of left out."""
    for spec in ALL_TABLES:
        for column in spec.columns:
            if column.kind is not ColumnKind.DATE:
                continue
            for path in (column.paths or column.name).split("|"):
                db.execute(
                    f'update "{spec.name}" set "{column.name}" = (select json_extract(r.json, :path) || :mark'
                    f' from "{spec.raw}" r where r.id = "{spec.name}".id) where "{column.name}" is null and id in'
                    f" (select id from \"{spec.raw}\" where json_valid(json) and json_type(json, :path) = 'text'"
                    " and trim(json_extract(json, :path)) <> '')",
                    {"path": f"$.{path}", "mark": NOT_A_DATE},
                )


@migrations()
def m008_attempts_beside_readings(db: sqlite_utils.Database) -> None:
    """A failed attempt is stored beside the last good reading, not in its place."""
    for name in ("attempt_state", "attempted_at", "attempt_reason"):
        db.execute(f"alter table sync_states add column {name} text")
    db.execute(
        "update sync_states set attempt_state = state, attempted_at = as_of, attempt_reason = reason,"
        " state = 'complete', reason = null where completed_at is not null and state != 'complete'"
    )


@migrations()
def m009_unreadable_records_by_id(db: sqlite_utils.Database) -> None:
    """Records not understood under their own ids, with their campaigns, and listed like any rows."""
    db.execute("alter table unreadable rename to unreadable_before")
    db.execute(
        "create table unreadable (resource text not null, id text not null, campaign_id text, reason text not null,"
        " json text not null, missing_since text, primary key (resource, id))"
    )
    for resource, content, reason in db.execute("select resource, json, reason from unreadable_before").fetchall():
        spec = TABLES.get(resource)
        if spec is None or not spec.same_as:
            MalformedRecord.of(spec, content.encode("utf-8", "backslashreplace"), reason).keep(db.conn, resource)
    db.execute("drop table unreadable_before")


@migrations()
def m010_areas(db: sqlite_utils.Database) -> None:
    """The areas that campaigns are assigned to, for their names."""
    ensure_table(db, AREAS)


@migrations()
def m011_customer_activity(db: sqlite_utils.Database) -> None:
    """Customers' activity, the categories learnt of its types, and which customers are watched and were looked at."""
    ensure_table(db, CUSTOMER_ACTIVITY)
    for table in (WATCHED, LOOKED_AT, EVENT_CATEGORIES):
        db.execute(table)


@migrations()
def m012_search(db: sqlite_utils.Database) -> None:
    """How far each table is in the search index, and the rows that a sync changed since."""
    for table in BOOKS:
        db.execute(table)


@migrations()
def m013_customers_and_codes(db: sqlite_utils.Database) -> None:
    """What the API works out of one customer, wallet and segments; and the journal of codes."""
    for spec in CUSTOMER_TABLES:
        ensure_table(db, spec)
    db.execute(
        "create table if not exists code_changes (id integer primary key, resource text not null,"
        " record_id text not null, campaign_id text, field text not null, before text, after text, since text,"
        " seen_at text not null, run_id text)"
    )
    db.execute("create index if not exists code_changes_record on code_changes (record_id, seen_at)")


@migrations()
def m014_refusals(db: sqlite_utils.Database) -> None:
    """The refusals among a million redemptions by time, with what they are counted by; and those without a message."""
    refused = "result = 'FAILURE' and object is not 'redemption_rollback'"
    db.execute(
        "create index if not exists redemptions_refused on redemptions"
        f" (created_at, failure_code, campaign_id, channel_type, customer_id, object, result) where {refused}"
    )
    db.execute(
        "create index if not exists redemptions_untold on redemptions (created_at, object, result)"
        f" where {refused} and trim(coalesce(failure_message, '')) = ''"
    )


@migrations()
def m015_home(db: sqlite_utils.Database) -> None:
    """Counts of orders by day, each order once; indexes for sums over all campaigns and for codes without a holder."""
    db.execute(
        "create table if not exists project_days (day text not null, metric text not null, value integer not null,"
        " primary key (day, metric)) without rowid"
    )
    db.execute("create table if not exists project_days_dirty (day text primary key) without rowid")
    if db.execute("select exists (select 1 from redemptions)").fetchone()[0]:
        db.execute("insert or ignore into project_days_dirty (day) values (?)", [ALL_DAYS])
    db.execute(f"create index if not exists {FREE_CODES} on vouchers (campaign_id) where {IS_FREE}")
    columns = "campaign_id, source, metric, day, value"
    db.execute(f"create index if not exists {DAILY_SUMS} on daily ({columns}) where {IS_SUMMED}")


@migrations()
def m017_views(db: sqlite_utils.Database) -> None:
    """Views for people who read the cache without this program."""
    for name, query in SQL_VIEWS.items():
        db.execute(f"drop view if exists {name}")
        db.execute(f"create view {name} as {query}")


@migrations()
def m018_codes_in_order_of_use(db: sqlite_utils.Database) -> None:
    """An index over how often codes were redeemed; that over creation is made after it (`tables.VOUCHERS`)."""
    before = {index.name for index in db.table("vouchers").indexes}
    _index(db, "vouchers", ("campaign_id", "redeemed_quantity"))
    if "vouchers_campaign_id_redeemed_quantity" not in before:
        db.execute("drop index if exists vouchers_campaign_id_created_at")
        _index(db, "vouchers", ("campaign_id", "created_at"))


@migrations()
def m019_the_project_in_order_of_creation(db: sqlite_utils.Database) -> None:
    """Indexes over creation, for codes and redemptions of all campaigns, newest first."""
    for table in ("vouchers", "redemptions"):
        _index(db, table, ("created_at",))


def migrate(db: sqlite_utils.Database) -> list[str]:
    """Bring a cache up to date; returns the names of the migrations it applied."""
    waiting = [migration.name for migration in migrations.pending(db)]
    if waiting:
        migrations.apply(db)
    return waiting
