//! Describing a table once for both databases. A service's migrations use it: columns are NOT
//! NULL unless they say otherwise, and every name is quoted, so that a table `order` or a column
//! `select` works. Read next: `schema/column.rs`, the columns.

mod column;
mod name;

use sea_orm::sea_query::{Alias, ColumnDef, ColumnType, TableCreateStatement};
use sea_orm::{DatabaseBackend, Statement};

pub use column::Column;

/// A table under construction. It has an `id` of type UUID as its primary key.
#[derive(Debug)]
pub struct Table {
    backend: DatabaseBackend,
    name: String,
    columns: Vec<Column>,
}

impl Table {
    /// A table with nothing but its `id`.
    pub fn new(backend: DatabaseBackend, name: &str) -> Self {
        Self {
            backend,
            name: name.to_owned(),
            columns: Vec::new(),
        }
    }

    /// A UUID.
    pub fn uuid(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::Uuid)
    }

    /// A text; how long it may be is checked by the request's rules.
    pub fn string(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::Text)
    }

    /// A text, as `string`: neither database stores the two differently.
    pub fn text(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::Text)
    }

    /// An integer of 64 bits.
    pub fn integer(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::BigInteger)
    }

    /// An exact decimal number: `numeric` in PostgreSQL, text in SQLite, whose `numeric` is a
    /// binary float.
    pub fn decimal(&mut self, name: &str) -> &mut Column {
        let kind = match self.backend {
            DatabaseBackend::Sqlite => ColumnType::Text,
            _ => ColumnType::Decimal(None),
        };
        self.column(name, kind)
    }

    /// True or false.
    pub fn boolean(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::Boolean)
    }

    /// A calendar date.
    pub fn date(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::Date)
    }

    /// An instant, with its time zone.
    pub fn timestamp(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::TimestampWithTimeZone)
    }

    /// A JSON value: `jsonb` in PostgreSQL, text in SQLite.
    pub fn json(&mut self, name: &str) -> &mut Column {
        self.column(name, ColumnType::JsonBinary)
    }

    /// What creates the table and then its indexes.
    pub fn statements(&self) -> Vec<Statement> {
        let mut statements = vec![self.backend.build(&self.create())];
        for column in &self.columns {
            statements.extend(
                column
                    .index(&self.name)
                    .map(|index| self.backend.build(&index)),
            );
        }
        statements
    }

    fn column(&mut self, name: &str, kind: ColumnType) -> &mut Column {
        let position = self.columns.len();
        self.columns.push(Column::new(name, kind));
        &mut self.columns[position]
    }

    fn create(&self) -> TableCreateStatement {
        let mut id = ColumnDef::new(Alias::new("id"));
        id.uuid().not_null().primary_key();
        let mut table = sea_orm::sea_query::Table::create();
        table.table(Alias::new(&self.name)).col(id);
        for column in &self.columns {
            table.col(column.definition());
            if let Some(mut key) = column.foreign_key(&self.name) {
                table.foreign_key(&mut key);
            }
        }
        table
    }
}

#[cfg(test)]
mod tests;
