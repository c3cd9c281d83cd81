//! One column of a table under construction, and what hangs on it: an index or a foreign key.
//! `Table`'s methods return it. Read next: `schema/name.rs`.

use sea_orm::sea_query::{
    Alias, ColumnDef, ColumnType, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index,
    IndexCreateStatement,
};

use super::name::object_name;

/// A column that is NOT NULL and has no index until its methods say otherwise.
#[derive(Debug)]
pub struct Column {
    name: String,
    kind: ColumnType,
    nullable: bool,
    unique: bool,
    indexed: bool,
    references: Option<String>,
}

impl Column {
    pub(super) fn new(name: &str, kind: ColumnType) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            nullable: false,
            unique: false,
            indexed: false,
            references: None,
        }
    }

    /// May be NULL.
    pub fn nullable(&mut self) -> &mut Self {
        self.nullable = true;
        self
    }

    /// No two rows have the same value. A clash is answered 409, naming this column.
    pub fn unique(&mut self) -> &mut Self {
        self.unique = true;
        self
    }

    /// Rows are looked up by it.
    pub fn indexed(&mut self) -> &mut Self {
        self.indexed = true;
        self
    }

    /// Holds the `id` of a row of `table`, which cannot be deleted as long as this row is there.
    pub fn references(&mut self, table: &str) -> &mut Self {
        self.references = Some(table.to_owned());
        self
    }

    pub(super) fn definition(&self) -> ColumnDef {
        let mut definition = ColumnDef::new_with_type(Alias::new(&self.name), self.kind.clone());
        if self.nullable {
            definition.null();
        } else {
            definition.not_null();
        }
        definition
    }

    // A unique index serves look-ups as well, so a column never needs both.
    pub(super) fn index(&self, table: &str) -> Option<IndexCreateStatement> {
        if !self.unique && !self.indexed {
            return None;
        }
        let mut index = Index::create();
        index.table(Alias::new(table)).col(Alias::new(&self.name));
        if self.unique {
            index.unique().name(object_name(table, &self.name, "key"));
        } else {
            index.name(object_name(table, &self.name, "idx"));
        }
        Some(index)
    }

    pub(super) fn foreign_key(&self, table: &str) -> Option<ForeignKeyCreateStatement> {
        let target = self.references.as_deref()?;
        let mut key = ForeignKey::create();
        key.name(object_name(table, &self.name, "fkey"))
            .from(Alias::new(table), Alias::new(&self.name))
            .to(Alias::new(target), Alias::new("id"))
            .on_delete(ForeignKeyAction::Restrict);
        Some(key)
    }
}
