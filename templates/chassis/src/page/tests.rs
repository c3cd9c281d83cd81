//! Tests of `page.rs`, over a table of five rows.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::{Page, PageRequest, paginate};
use crate::fields::ValidQuery;
use crate::schema::Table;
use crate::testing::database::{Place, fresh};

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rows")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub even: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

async fn five_rows() -> (Place, sea_orm::DatabaseConnection, Vec<Uuid>) {
    let (folder, database) = fresh().await.unwrap();
    let mut table = Table::new(database.get_database_backend(), "rows");
    table.boolean("even");
    for statement in table.statements() {
        database.execute_raw(statement).await.unwrap();
    }
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    // Written backwards, so that the order of the pages is that of the ids.
    for (number, id) in ids.iter().enumerate().rev() {
        let row = row::ActiveModel {
            id: Set(*id),
            even: Set(number % 2 == 0),
        };
        row.insert(&database).await.unwrap();
    }
    (folder, database, ids)
}

#[tokio::test]
async fn following_next_shows_every_row_once_and_in_order() {
    let (_folder, database, ids) = five_rows().await;
    for limit in 1..=6 {
        let mut page = PageRequest { limit, after: None };
        let mut seen = Vec::new();
        loop {
            let found = paginate(row::Entity::find(), row::Column::Id, &page, &database);
            let found = found.await.unwrap();
            assert!(found.items.len() as u64 <= limit);
            seen.extend(found.items.iter().map(|row| row.id));
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, ids, "limit {limit}");
    }
}

#[tokio::test]
async fn a_filter_holds_on_every_page() {
    use sea_orm::ColumnTrait;
    let (_folder, database, ids) = five_rows().await;
    let page = PageRequest {
        limit: 2,
        after: None,
    };
    let select = row::Entity::find().filter(row::Column::Even.eq(true));
    let first = paginate(select.clone(), row::Column::Id, &page, &database)
        .await
        .unwrap();
    assert_eq!(first.next, Some(ids[2]));
    let page = PageRequest {
        after: first.next,
        ..page
    };
    let last = paginate(select, row::Column::Id, &page, &database)
        .await
        .unwrap();
    assert_eq!(
        last.map(|row| row.id),
        Page {
            items: vec![ids[4]],
            next: None
        }
    );
}

fn read(query: &str) -> Result<PageRequest, Vec<String>> {
    let uri = format!("/rows?{query}").parse().unwrap();
    match ValidQuery::<PageRequest>::read(&uri) {
        Ok(ValidQuery(page)) => Ok(page),
        Err(problem) => Err(problem
            .errors()
            .iter()
            .map(|error| error.field.clone())
            .collect()),
    }
}

#[test]
fn a_request_without_parameters_gets_the_first_twenty() {
    assert_eq!(
        read(""),
        Ok(PageRequest {
            limit: 20,
            after: None
        })
    );
}

#[test]
fn a_limit_out_of_bounds_and_a_cursor_that_is_none_are_both_named() {
    assert_eq!(
        read("limit=101&after=x"),
        Err(vec!["limit".to_owned(), "after".to_owned()])
    );
    assert_eq!(read("limit=0"), Err(vec!["limit".to_owned()]));
    assert_eq!(read("page=2"), Err(vec!["page".to_owned()]));
}
