//! One field of a resource or of a list's records: its name, its type and its options.
//!
//! Called by `resource.rs`. Read `bounds.rs` and `default.rs` next, for the values that options may have.

use indexmap::IndexMap;

use super::names::Named;
use super::{Checker, MOST_FIELDS};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{FieldEntry, FieldTable, TypeName};
use crate::system::name::NameError;
use crate::system::{Field, FieldName, FieldType};

/// Query parameters of a list that is filtered by references.
const QUERY: &[&str] = &["after", "limit", "page"];

/// Where fields are declared.
pub(super) struct Site<'s> {
    pub service: &'s str,
    /// The path of the table that holds them.
    pub path: Vec<&'s str>,
    /// Whether they are those of a list's records.
    pub record: bool,
}

/// A field's options, and where they are.
pub(super) struct Options<'s> {
    pub table: &'s FieldTable,
    pub path: Vec<&'s str>,
    pub record: bool,
}

impl<'s> Options<'s> {
    pub fn path_of(&self, option: &'s str) -> Vec<&'s str> {
        [&self.path[..], &[option]].concat()
    }
}

impl Checker<'_> {
    /// The fields that are right; the others have been reported.
    pub(super) fn fields(
        &mut self,
        site: &Site<'_>,
        fields: &IndexMap<String, FieldEntry>,
    ) -> Vec<Field> {
        let document = self.document;
        let built: Vec<Field> = fields
            .iter()
            .filter_map(|(text, entry)| self.field(site, text, entry, fields))
            .collect();
        let names = fields.keys().filter_map(|text| {
            let name = FieldName::parse(text).ok()?;
            let place = document.key_span(&[&site.path[..], &[text.as_str()]].concat());
            Some((name.type_name(), text.as_str(), place))
        });
        self.same_names("field", names);
        built
    }

    fn field(
        &mut self,
        site: &Site<'_>,
        text: &str,
        entry: &FieldEntry,
        siblings: &IndexMap<String, FieldEntry>,
    ) -> Option<Field> {
        let document = self.document;
        let path = [&site.path[..], &[text]].concat();
        let named = Named {
            what: "field",
            text,
            place: document.key_span(&path),
        };
        let short;
        let table = match entry {
            FieldEntry::Full(table) => table.as_ref(),
            FieldEntry::Short(kind) => {
                short = FieldTable::new(*kind);
                &short
            }
        };
        let parse = |text: &str| match (table.kind, text) {
            (TypeName::Reference, text) if QUERY.contains(&text) => Err(NameError::Workspace(
                "the list's query has a parameter of that name, beside those for references",
            )),
            _ => FieldName::parse(text),
        };
        let name = self.name(&named, parse, |other| {
            let taken = siblings.contains_key(other);
            taken.then(|| document.key_span(&[&site.path[..], &[other]].concat()))
        });
        let options = Options {
            table,
            path,
            record: site.record,
        };
        self.misplaced(&options);
        let kind = self.kind(site, &options);
        let default = kind.as_ref().map(|kind| self.default(&options, kind));
        let unique = self.unique(&options, kind.as_ref());
        if let Some(kind) = &kind {
            self.start(&options, kind);
        }
        Some(Field {
            name: name?,
            kind: kind?,
            required: table.required.unwrap_or(true),
            unique: unique?,
            readonly: table.readonly.unwrap_or(false),
            default: default??,
        })
    }

    /// Reports options that the field's type does not have.
    fn misplaced(&mut self, options: &Options<'_>) {
        use TypeName::{Decimal, Enum, Integer, List, Reference, String, Text};
        let table = options.table;
        let bounded = [String, Text, Integer, Decimal, List];
        let checks: [(&str, bool, &[TypeName]); 5] = [
            ("min", table.min.is_some(), &bounded),
            ("max", table.max.is_some(), &bounded),
            ("values", table.values.is_some(), &[Enum]),
            ("of", table.of.is_some(), &[List]),
            ("to", table.to.is_some(), &[Reference]),
        ];
        for (option, is_set, kinds) in checks {
            if !is_set || kinds.contains(&table.kind) {
                continue;
            }
            let kind = table.kind.as_str();
            let owners: Vec<_> = kinds
                .iter()
                .map(|kind| format!("`{}`", kind.as_str()))
                .collect();
            let place = self.document.key_span(&options.path_of(option));
            self.found.push(
                Diagnostic::error(
                    Code::MisplacedOption,
                    format!("a field of type `{kind}` has no option `{option}`"),
                )
                .at(place, "does not apply here")
                .help(format!("remove it; it is for {}", owners.join(", "))),
            );
        }
        for (option, is_set) in [("unique", table.unique), ("readonly", table.readonly)] {
            if options.record && is_set == Some(true) {
                let place = self.document.key_span(&options.path_of(option));
                self.found.push(
                    Diagnostic::error(
                        Code::ListContents,
                        format!("a field in a list's records can't be `{option}`"),
                    )
                    .at(place, "does not apply here")
                    .help("remove it, or make the records a resource of their own"),
                );
            }
        }
    }

    fn kind(&mut self, site: &Site<'_>, options: &Options<'_>) -> Option<FieldType> {
        match options.table.kind {
            TypeName::String => self
                .length(options, 255)
                .map(|(min, max)| FieldType::String { min, max }),
            TypeName::Text => self
                .length(options, 65_536)
                .map(|(min, max)| FieldType::Text { min, max }),
            TypeName::Email => Some(FieldType::Email),
            TypeName::Uuid => Some(FieldType::Uuid),
            TypeName::Integer => self
                .integers(options)
                .map(|(min, max)| FieldType::Integer { min, max }),
            TypeName::Decimal => self
                .decimals(options)
                .map(|(min, max)| FieldType::Decimal { min, max }),
            TypeName::Boolean => Some(FieldType::Boolean),
            TypeName::Date => Some(FieldType::Date),
            TypeName::Timestamp => Some(FieldType::Timestamp),
            TypeName::Enum => self
                .values(options)
                .map(|values| FieldType::Enum { values }),
            TypeName::List => self.list(site, options),
            TypeName::Reference => self.reference(site, options),
        }
    }

    fn list(&mut self, site: &Site<'_>, options: &Options<'_>) -> Option<FieldType> {
        let place = self.document.key_span(&options.path);
        if site.record {
            self.found.push(
                Diagnostic::error(Code::ListContents, "a list can't hold another list")
                    .at(place, "a list inside a list")
                    .help("make the records a resource of their own, with a reference to this one"),
            );
            return None;
        }
        let bounds = self.length(options, 1_000);
        let Some(of) = &options.table.of else {
            self.incomplete(
                options,
                "of",
                "the fields of its records: `of = { name = \"string\" }`",
            );
            return None;
        };
        let inner = Site {
            service: site.service,
            path: options.path_of("of"),
            record: true,
        };
        if of.len() > MOST_FIELDS {
            let what = format!("a record has {} fields", of.len());
            self.too_many(Code::ManyFields, place, &what, MOST_FIELDS);
            return None;
        }
        let fields = self.fields(&inner, of);
        if of.is_empty() && !self.document.is_spoiled(&inner.path) {
            self.found.push(
                Diagnostic::error(Code::ListContents, "the records of a list have no fields")
                    .at(self.document.key_span(&inner.path), "empty")
                    .help("add one: `of = { name = \"string\" }`"),
            );
            return None;
        }
        let (min, max) = bounds?;
        let complete = fields.len() == of.len();
        complete.then_some(FieldType::List {
            min,
            max,
            of: fields,
        })
    }

    /// An option that the type can't do without.
    pub(super) fn incomplete(&mut self, options: &Options<'_>, option: &str, what: &str) {
        if self
            .document
            .is_spoiled(&[&options.path[..], &[option]].concat())
        {
            return;
        }
        let kind = options.table.kind.as_str();
        self.found.push(
            Diagnostic::error(
                Code::MissingKey,
                format!("a field of type `{kind}` needs `{option}`"),
            )
            .at(
                self.document.key_span(&options.path),
                format!("`{option}` is missing"),
            )
            .help(format!("add {what}")),
        );
    }
}
