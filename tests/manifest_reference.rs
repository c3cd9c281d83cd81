//! `docs/manifest.md` and `docs/manifest.schema.json` say what the Rust types say, and the examples are manifests.
//!
//! After a change of `src/manifest/types.rs` run `MICROKIT_BLESS=1 cargo test --test manifest_reference`.
#![allow(
    clippy::disallowed_methods,
    reason = "the documents are files, and blessing is asked for in the environment"
)]

use std::fs;
use std::path::Path;

use microkit::manifest::{self, Manifest};
use microkit::system;
use serde_json::{Map, Value};

const MARK: &str =
    "<!-- reference: written by the tests from the types in src/manifest/types.rs -->\n";

/// Compares a document with what it should be, or writes it if asked to.
fn assert_document(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    if std::env::var_os("MICROKIT_BLESS").is_some() {
        fs::write(&path, expected).expect("the document is writable");
    }
    let actual = read(name);
    assert!(
        actual == expected,
        "docs/{name} is out of date; expected:\n{expected}"
    );
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    let text = fs::read_to_string(path).expect("the document is there");
    text.replace("\r\n", "\n")
}

#[test]
fn the_schema_is_that_of_the_types() {
    let schema = serde_json::to_string_pretty(&manifest::json_schema()).expect("a schema is JSON");
    assert_document("manifest.schema.json", &format!("{schema}\n"));
}

#[test]
fn the_reference_is_that_of_the_types() {
    let text = read("manifest.md");
    let (before, _) = text.split_once(MARK).expect("the document has the mark");
    assert_document("manifest.md", &format!("{before}{MARK}{}", reference()));
}

#[test]
fn every_example_in_the_reference_is_a_manifest_without_mistakes() {
    let text = read("manifest.md");
    let examples: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() > 4);
    for example in examples {
        let checked =
            manifest::parse("example", example).and_then(|document| system::validate(&document));
        assert!(checked.is_ok(), "{example}\n{checked:?}");
    }
}

#[test]
fn the_examples_that_come_with_microkit_have_no_mistakes_and_leave_no_port_out() {
    for text in [
        include_str!("../templates/examples/shop.toml"),
        include_str!("../templates/examples/hello.toml"),
    ] {
        let document = manifest::parse("example", text).expect("an example is TOML");
        let system = system::validate(&document).expect("an example has no mistakes");
        assert!(system.warnings().is_empty());
        assert!(system.dealt_ports().is_empty());
    }
}

#[test]
fn serde_reads_an_example_like_the_reader_that_knows_places() {
    let text = include_str!("../templates/examples/shop.toml");
    let text = format!("allow.MK0608.user-service = \"every order has a user\"\n{text}");
    let document = manifest::parse("example", &text).expect("an example is TOML");
    let by_serde: Manifest = toml::from_str(&text).expect("an example is a manifest");
    assert_eq!(by_serde.allow["MK0608"].len(), 1);
    assert_eq!(*document.manifest(), by_serde);
}

/// One section for each table, in the order in which they are first mentioned.
fn reference() -> String {
    let schema = manifest::json_schema();
    let definitions = schema["$defs"]
        .as_object()
        .expect("a schema has definitions");
    let mut text = section("The whole file", &schema, definitions);
    for (title, name) in [
        ("`[system]`", "SystemTable"),
        ("`[gateway]`", "GatewayTable"),
        ("`[compose]`", "ComposeTable"),
        ("`[services.NAME]`", "ServiceTable"),
        ("`[services.NAME.resources.NAME]`", "ResourceTable"),
        ("A field with options", "FieldTable"),
    ] {
        text.push_str(&section(title, &definitions[name], definitions));
    }
    text.push_str(&choices("Types", &definitions["TypeName"]));
    text.push_str(&choices("Databases", &definitions["DatabaseName"]));
    text.push_str(&choices(
        "Servers of PostgreSQL",
        &definitions["PostgresServers"],
    ));
    text
}

fn section(title: &str, schema: &Value, definitions: &Map<String, Value>) -> String {
    let mut text = format!("\n### {title}\n\n{}\n\n", description(schema));
    text.push_str("| key | value | |\n|---|---|---|\n");
    let properties = schema["properties"].as_object().expect("a table has keys");
    let required = |key: &String| match &schema["required"] {
        Value::Array(keys) => keys.iter().any(|name| name == key),
        _ => false,
    };
    let row = |(key, property): (&String, &Value)| {
        let key = match required(key) {
            true => format!("**`{key}`**"),
            false => format!("`{key}`"),
        };
        let kind = kind(property, definitions);
        format!("| {key} | {kind} | {} |\n", description(property))
    };
    let (needed, others): (Vec<_>, Vec<_>) = properties.iter().partition(|(key, _)| required(key));
    let any_needed = !needed.is_empty();
    text.extend(needed.into_iter().chain(others).map(row));
    if any_needed {
        text.push_str("\nKeys in bold must be there.\n");
    }
    text
}

fn choices(title: &str, schema: &Value) -> String {
    let mut text = format!(
        "\n### {title}\n\n{}\n\n| value | |\n|---|---|\n",
        description(schema)
    );
    for choice in schema["oneOf"].as_array().expect("a choice has values") {
        let value = choice["const"].as_str().unwrap_or_default();
        text.push_str(&format!("| `{value}` | {} |\n", description(choice)));
    }
    text
}

fn description(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace('\n', " ")
}

/// What a value is, in words.
fn kind(schema: &Value, definitions: &Map<String, Value>) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return match name {
            "DatabaseName" => "a database".to_owned(),
            "PostgresServers" => "servers of PostgreSQL".to_owned(),
            "TypeName" => "a type".to_owned(),
            "Scalar" => "text, number or boolean".to_owned(),
            "Bound" => "number".to_owned(),
            "FieldEntry" => "field".to_owned(),
            _ if definitions.contains_key(name) => "table".to_owned(),
            _ => panic!("{name} is not described"),
        };
    }
    match schema["type"].as_str() {
        Some("array") => format!("list of {}s", kind(&schema["items"], definitions)),
        Some("object") => "table".to_owned(),
        Some("string") => "text".to_owned(),
        Some(other) => other.to_owned(),
        None => panic!("{schema} has no type"),
    }
}
