//! Tests of `schema.rs`: the SQL for both databases, and that SQLite takes it.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use uuid::Uuid;

use super::Table;
use crate::Decimal;
use crate::testing::database::fresh;

fn awkward(backend: DatabaseBackend) -> Vec<Statement> {
    let mut table = Table::new(backend, "order");
    table.uuid("group").references("order").indexed().nullable();
    table.string("select").unique();
    table.text("type");
    table.integer("where");
    table.decimal("total");
    table.boolean("match");
    table.date("day");
    table.timestamp("at");
    table.json("items");
    table.statements()
}

fn texts(statements: &[Statement]) -> Vec<&str> {
    statements
        .iter()
        .map(|statement| statement.sql.as_str())
        .collect()
}

#[test]
fn postgresql_gets_its_native_types_and_quoted_names() {
    let expected = [
        concat!(
            r#"CREATE TABLE "order" ( "id" uuid NOT NULL PRIMARY KEY, "group" uuid NULL, "#,
            r#""select" text NOT NULL, "type" text NOT NULL, "where" bigint NOT NULL, "#,
            r#""total" decimal NOT NULL, "match" bool NOT NULL, "day" date NOT NULL, "#,
            r#""at" timestamp with time zone NOT NULL, "items" jsonb NOT NULL, "#,
            r#"CONSTRAINT "order_group_fkey" FOREIGN KEY ("group") REFERENCES "order" ("id") "#,
            r#"ON DELETE RESTRICT )"#,
        ),
        r#"CREATE INDEX "order_group_idx" ON "order" ("group")"#,
        r#"CREATE UNIQUE INDEX "order_select_key" ON "order" ("select")"#,
    ];
    assert_eq!(texts(&awkward(DatabaseBackend::Postgres)), expected);
}

#[test]
fn sqlite_stores_a_decimal_as_text() {
    let statements = awkward(DatabaseBackend::Sqlite);
    assert!(
        statements[0].sql.contains(r#""total" text NOT NULL"#),
        "{}",
        statements[0].sql
    );
}

#[tokio::test]
async fn the_database_takes_the_table_and_gives_every_type_back() {
    let (_folder, database) = fresh().await.unwrap();
    for statement in awkward(database.get_database_backend()) {
        database.execute_raw(statement).await.unwrap();
    }
    let (id, day) = (
        Uuid::now_v7(),
        NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
    );
    let at: DateTime<Utc> = "2024-02-29T12:30:00.123456Z".parse().unwrap();
    let items = serde_json::json!([{"price": 1}]);
    let columns = [
        "id", "select", "type", "where", "total", "match", "day", "at", "items",
    ];
    let insert = Query::insert()
        .into_table(Alias::new("order"))
        .columns(columns.map(Alias::new))
        .values_panic([
            id.into(),
            "a".into(),
            "b".into(),
            i64::MIN.into(),
            Decimal::new(5, 1).into(),
            true.into(),
            day.into(),
            at.into(),
            items.clone().into(),
        ])
        .to_owned();
    database.execute(&insert).await.unwrap();

    let select = Query::select()
        .columns(columns.map(Alias::new))
        .from(Alias::new("order"))
        .to_owned();
    let row = database.query_one(&select).await.unwrap().unwrap();
    assert_eq!(row.try_get_by::<Uuid, _>("id").unwrap(), id);
    assert_eq!(row.try_get_by::<String, _>("select").unwrap(), "a");
    assert_eq!(row.try_get_by::<i64, _>("where").unwrap(), i64::MIN);
    assert_eq!(
        row.try_get_by::<Decimal, _>("total").unwrap(),
        Decimal::new(5, 1)
    );
    assert!(row.try_get_by::<bool, _>("match").unwrap());
    assert_eq!(row.try_get_by::<NaiveDate, _>("day").unwrap(), day);
    assert_eq!(row.try_get_by::<DateTime<Utc>, _>("at").unwrap(), at);
    assert_eq!(
        row.try_get_by::<serde_json::Value, _>("items").unwrap(),
        items
    );
}
