//! `Decimal` as a column of a SeaORM entity: `numeric` in PostgreSQL, text in SQLite, which has
//! no exact number with a fraction. Entities use it through SeaORM's traits. Read next:
//! `list.rs`, the other column type of the chassis.

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};

use super::Decimal;

impl From<Decimal> for Value {
    // The drivers send this as `numeric` to PostgreSQL and as text to SQLite.
    fn from(decimal: Decimal) -> Self {
        Self::Decimal(Some(decimal.0))
    }
}

impl Nullable for Decimal {
    fn null() -> Value {
        Value::Decimal(None)
    }
}

impl ValueType for Decimal {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        match value {
            Value::Decimal(Some(number)) => Ok(Self(number.normalize())),
            _ => Err(ValueTypeErr),
        }
    }

    fn type_name() -> String {
        "Decimal".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Decimal
    }

    fn column_type() -> ColumnType {
        ColumnType::Decimal(None)
    }
}

impl TryGetable for Decimal {
    // SeaORM's own conversion reads a float from SQLite; the text is read here instead.
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        if row.try_as_sqlite_row().is_none() {
            let number = rust_decimal::Decimal::try_get_by(row, index)?;
            return Ok(Self(number.normalize()));
        }
        let text = String::try_get_by(row, index)?;
        text.parse().map_err(|error| {
            TryGetError::DbErr(DbErr::Type(format!(
                "`{text}` in column {index:?}: {error}"
            )))
        })
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::entity::prelude::*;
    use sea_orm::{ActiveModelTrait, Set};

    use crate::Decimal;
    use crate::schema::Table;
    use crate::testing::database::fresh;

    mod price {
        use sea_orm::entity::prelude::*;

        use crate::Decimal;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "prices")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: Uuid,
            pub amount: Decimal,
            pub discount: Option<Decimal>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    #[tokio::test]
    async fn a_decimal_comes_back_with_every_digit() {
        let (_folder, database) = fresh().await.unwrap();
        let mut table = Table::new(database.get_database_backend(), "prices");
        table.decimal("amount");
        table.decimal("discount").nullable();
        for statement in table.statements() {
            database.execute_raw(statement).await.unwrap();
        }

        let amount: Decimal = "12345678901234567890.123456789".parse().unwrap();
        let id = Uuid::now_v7();
        let row = price::ActiveModel {
            id: Set(id),
            amount: Set(amount),
            discount: Set(None),
        };
        row.insert(&database).await.unwrap();

        let found = price::Entity::find()
            .filter(price::Column::Amount.eq(amount))
            .one(&database)
            .await
            .unwrap();
        let found = found.expect("the row is found by its amount");
        assert_eq!((found.amount, found.discount), (amount, None));
    }
}
