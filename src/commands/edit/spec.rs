//! A resource or an event on the command line, such as `invoice: number:string:unique, total:decimal`.

use anyhow::{Context, bail};
use toml_edit::{Array, Value};

use crate::manifest::TypeName;

/// What stands before the first `:`, and the fields behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    pub name: String,
    pub fields: Vec<FieldSpec>,
}

impl Eq for Spec {}

/// One field: its name, its type, and what else the manifest says of it.
#[derive(Debug, Clone)]
pub struct FieldSpec {
    pub name: String,
    pub kind: String,
    pub options: Vec<(String, Value)>,
}

impl PartialEq for FieldSpec {
    fn eq(&self, other: &Self) -> bool {
        let told = |field: &Self| format!("{field:?}");
        told(self) == told(other)
    }
}

/// Reads `name`, or `name: field:type:option, …`. A type is a name (`string`), a resource that is
/// referred to (`user-service/user`) or the values of an enum (`OPEN|DONE`); options are `unique`,
/// `optional`, `readonly`, `min=1`, `max=9` and `default=…`.
///
/// # Errors
/// What can't be read, for the command line.
pub fn parse(text: &str) -> anyhow::Result<Spec> {
    let (name, rest) = text.split_once(':').unwrap_or((text, ""));
    let parts = rest
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let mut parts = parts.peekable();
    let is_type = |text: &str| TypeName::ALL.iter().any(|(name, _)| *name == text);
    if parts.peek().is_some_and(|first| is_type(first)) {
        bail!("the name of the resource comes first: `NAME: {text}`");
    }
    let fields = parts.map(field).collect::<anyhow::Result<_>>()?;
    let name = name.trim().to_owned();
    if name.is_empty() {
        bail!("a name has to stand before the first `:`");
    }
    Ok(Spec { name, fields })
}

fn field(text: &str) -> anyhow::Result<FieldSpec> {
    let mut parts = text.split(':').map(str::trim);
    let name = parts.next().unwrap_or_default().to_owned();
    let kind = parts.next().filter(|kind| !kind.is_empty());
    let kind = kind.with_context(|| format!("`{text}` names no type: `{name}:string`, say"))?;
    let (kind, mut options) = match kind {
        kind if kind.contains('|') => {
            let values: Array = kind.split('|').map(str::trim).collect();
            ("enum", vec![("values".to_owned(), Value::from(values))])
        }
        kind if kind.contains('/') => ("reference", vec![("to".to_owned(), Value::from(kind))]),
        kind => (kind, Vec::new()),
    };
    for part in parts {
        options.push(option(part, kind)?);
    }
    Ok(FieldSpec {
        name,
        kind: kind.to_owned(),
        options,
    })
}

fn option(text: &str, kind: &str) -> anyhow::Result<(String, Value)> {
    let (name, given) = match text.split_once('=') {
        Some((name, given)) => (name.trim(), Some(given.trim())),
        None => (text, None),
    };
    let value = match (name, given) {
        ("unique" | "readonly" | "required", None) => Value::from(true),
        ("optional", None) => return Ok(("required".to_owned(), Value::from(false))),
        ("min" | "max" | "default", Some(given)) => match kind {
            "integer" | "decimal" | "boolean" => given.parse().unwrap_or(Value::from(given)),
            _ if name != "default" => given.parse().unwrap_or(Value::from(given)),
            _ => Value::from(given),
        },
        _ => bail!(
            "`{text}` is no option of a field: there are unique, optional, readonly, min=…, max=… and default=…"
        ),
    };
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<String> {
        let told = |field: &FieldSpec| {
            let options = field
                .options
                .iter()
                .map(|(name, value)| format!(" {name}={value}"));
            format!(
                "{}:{}{}",
                field.name,
                field.kind,
                options.collect::<String>()
            )
        };
        parse(text).unwrap().fields.iter().map(told).collect()
    }

    #[test]
    fn a_resource_is_read_with_its_types_and_options() {
        assert_eq!(parse("invoice").unwrap().name, "invoice");
        assert_eq!(
            fields(
                "invoice: number:string:unique:max=20, total : decimal, paid:boolean:default=false"
            ),
            [
                "number:string unique=true max=20",
                "total:decimal",
                "paid:boolean default=false"
            ]
        );
        assert_eq!(
            fields("a:user_id:user-service/user:optional,state:OPEN|DONE:default=OPEN"),
            [
                "user_id:reference to=\"user-service/user\" required=false",
                "state:enum values=[\"OPEN\", \"DONE\"] default=\"OPEN\"",
            ]
        );
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        for (text, told) in [
            (":a:string", "before the first"),
            ("a: b", "`b` names no type"),
            ("a: b:string:uniqe", "`uniqe` is no option"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
