//! Tests of `migrations.rs`, each with a database of its own.

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, Statement};

use super::{Migration, migrate};
use crate::schema::Table;
use crate::testing::database::fresh;

fn create_orders(backend: DatabaseBackend) -> Vec<Statement> {
    Table::new(backend, "orders").statements()
}

fn half_broken(backend: DatabaseBackend) -> Vec<Statement> {
    let mut statements = Table::new(backend, "halves").statements();
    statements.push(Statement::from_string(
        backend,
        "INSERT INTO missing VALUES (1)",
    ));
    statements
}

const ORDERS: Migration = Migration {
    name: "create_orders",
    up: create_orders,
};
const BROKEN: Migration = Migration {
    name: "half_broken",
    up: half_broken,
};

async fn has_table(database: &DatabaseConnection, name: &str) -> bool {
    let sql = format!("SELECT COUNT(*) FROM {name}");
    let statement = Statement::from_string(database.get_database_backend(), sql);
    database.query_one_raw(statement).await.is_ok()
}

#[tokio::test]
async fn every_step_runs_once_however_often_the_service_starts() {
    let (_folder, database) = fresh().await.unwrap();
    for _ in 0..3 {
        migrate(&database, &[ORDERS]).await.unwrap();
    }
    for table in ["orders", "outbox", "inbox"] {
        assert!(has_table(&database, table).await, "{table}");
    }
}

#[tokio::test]
async fn a_step_that_fails_is_undone_as_a_whole_and_tried_again() {
    let (_folder, database) = fresh().await.unwrap();
    for _ in 0..2 {
        let error = migrate(&database, &[ORDERS, BROKEN]).await.unwrap_err();
        assert_eq!(error.to_string(), "migration `half_broken` failed");
        assert!(has_table(&database, "orders").await);
        assert!(!has_table(&database, "halves").await);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let (_folder, database) = fresh().await.unwrap();
    migrate(&database, &[ORDERS]).await.unwrap();
    let error = migrate(&database, &[]).await.unwrap_err().to_string();
    assert!(error.contains("`create_orders`"), "{error}");
    assert!(error.contains("start a newer version"), "{error}");
}

#[tokio::test]
async fn two_steps_of_one_name_are_refused() {
    let (_folder, database) = fresh().await.unwrap();
    let error = migrate(&database, &[ORDERS, ORDERS]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "two migrations are called `create_orders`"
    );
}

#[tokio::test]
async fn instances_that_start_together_migrate_once_and_all_come_up() {
    let (place, first) = fresh().await.unwrap();
    let (second, third) = (
        place.connect().await.unwrap(),
        place.connect().await.unwrap(),
    );
    let (one, two, three) = tokio::join!(
        migrate(&first, &[ORDERS]),
        migrate(&second, &[ORDERS]),
        migrate(&third, &[ORDERS])
    );
    for migrated in [one, two, three] {
        migrated.unwrap();
    }
    assert!(has_table(&second, "orders").await);
    let sql = "SELECT COUNT(*) FROM migrations WHERE name = 'create_orders'";
    let statement = Statement::from_string(third.get_database_backend(), sql);
    let row = third.query_one_raw(statement).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
}

#[tokio::test]
async fn a_step_that_was_changed_after_it_ran_is_refused() {
    fn changed(backend: DatabaseBackend) -> Vec<Statement> {
        let mut table = Table::new(backend, "orders");
        table.string("status");
        table.statements()
    }
    let (_folder, database) = fresh().await.unwrap();
    migrate(&database, &[ORDERS]).await.unwrap();
    let changed = Migration {
        up: changed,
        ..ORDERS
    };
    let error = migrate(&database, &[changed]).await.unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("`create_orders` was changed after it ran"),
        "{told}"
    );
    // The way out that the message names.
    let (_, way_out) = told.rsplit_once(": ").unwrap();
    database.execute_unprepared(way_out).await.unwrap();
    migrate(&database, &[changed]).await.unwrap();
}

#[tokio::test]
async fn a_database_that_did_not_record_the_statements_yet_is_taken_on() {
    let (_folder, database) = fresh().await.unwrap();
    let older = "CREATE TABLE migrations (name text PRIMARY KEY, applied_at text NOT NULL)";
    database.execute_unprepared(older).await.unwrap();
    migrate(&database, &[ORDERS]).await.unwrap();
    migrate(&database, &[ORDERS]).await.unwrap();
}
