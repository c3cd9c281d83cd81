//! `List`: a column that holds a list of records, such as the items of an order: `jsonb` in
//! PostgreSQL, JSON text in SQLite. Entities use it; `rules::list` checks it in a request.
//! Read next: `schema.rs`, which creates the column.

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A list of records that is stored in one column. In JSON it is the list itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T: Serialize> From<List<T>> for Value {
    fn from(list: List<T>) -> Self {
        // Records have named fields and hold plain values, so they always have a JSON form. Where
        // one had none, `null` makes the database refuse the row, as the column is NOT NULL.
        match serde_json::to_value(&list.0) {
            Ok(json) => Self::Json(Some(Box::new(json))),
            Err(_) => Self::Json(None),
        }
    }
}

impl<T> Nullable for List<T> {
    fn null() -> Value {
        Value::Json(None)
    }
}

impl<T: DeserializeOwned> ValueType for List<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        match value {
            Value::Json(Some(json)) => serde_json::from_value(*json)
                .map(Self)
                .map_err(|_| ValueTypeErr),
            _ => Err(ValueTypeErr),
        }
    }

    fn type_name() -> String {
        "List".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Json
    }

    fn column_type() -> ColumnType {
        ColumnType::JsonBinary
    }
}

impl<T: DeserializeOwned> TryGetable for List<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let json = serde_json::Value::try_get_by(row, index)?;
        serde_json::from_value(json)
            .map_err(|error| TryGetError::DbErr(DbErr::Json(format!("column {index:?}: {error}"))))
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::entity::prelude::*;
    use sea_orm::{ActiveModelTrait, Set};
    use serde::{Deserialize, Serialize};

    use super::List;
    use crate::Decimal;
    use crate::schema::Table;
    use crate::testing::database::fresh;

    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub struct Item {
        pub price: Decimal,
        pub quantity: i64,
    }

    mod order {
        use sea_orm::entity::prelude::*;

        use super::Item;
        use crate::List;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "orders")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: Uuid,
            pub items: List<Item>,
            pub notes: Option<List<Item>>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    #[tokio::test]
    async fn a_list_of_records_comes_back_as_it_was_stored() {
        let (_folder, database) = fresh().await.unwrap();
        let mut table = Table::new(database.get_database_backend(), "orders");
        table.json("items");
        table.json("notes").nullable();
        for statement in table.statements() {
            database.execute_raw(statement).await.unwrap();
        }

        let items = List(vec![Item {
            price: "12345678901234567890.05".parse().unwrap(),
            quantity: 2,
        }]);
        let row = order::ActiveModel {
            id: Set(Uuid::now_v7()),
            items: Set(items.clone()),
            notes: Set(None),
        };
        row.insert(&database).await.unwrap();

        let found = order::Entity::find().one(&database).await.unwrap();
        let found = found.expect("there is a row");
        assert_eq!((found.items, found.notes), (items, None));
    }

    #[test]
    fn in_json_it_is_the_list_itself() {
        let json = serde_json::to_string(&List(vec![1, 2])).unwrap();
        assert_eq!(json, "[1,2]");
        assert_eq!(serde_json::from_str::<List<i32>>(&json).unwrap().0, [1, 2]);
    }
}
