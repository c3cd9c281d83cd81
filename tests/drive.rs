//! What the labs send, for any valid manifest: bodies inside the rules of their fields, no two alike where none may be, and
//! nothing before what it refers to.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use microkit::commands::manifest::examine;
use microkit::lab::drive::{self, Drive, Kind};
use microkit::plan;
use microkit::system::{Field, FieldType, Resource, ResourceRef, System};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

#[path = "support/manifests.rs"]
mod manifests;

const ID: &str = "0197f3a0-0000-7000-8000-00000000000a";

fn system(text: &str) -> System {
    examine("microkit.toml", text).unwrap().1
}

fn resources(system: &System) -> impl Iterator<Item = &Resource> {
    system
        .services
        .iter()
        .flat_map(|service| &service.resources)
}

fn body(resource: &Resource, n: u64) -> serde_json::Map<String, Value> {
    let text = plan::body(resource, n, |_| Some(ID.to_owned()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn within<T: PartialOrd>(value: T, min: &Option<T>, max: &Option<T>) -> bool {
    min.as_ref().is_none_or(|min| value >= *min) && max.as_ref().is_none_or(|max| value <= *max)
}

/// Whether the value is one that the field takes.
fn fits(field: &Field, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    match &field.kind {
        FieldType::String { min, max } => {
            within(text.len() as u32, min, max) && text.len() <= 255 && !text.contains('\n')
        }
        FieldType::Text { min, max } => within(text.len() as u32, min, max),
        FieldType::Email => text.contains('@'),
        FieldType::Uuid | FieldType::Reference { .. } => {
            text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        }
        FieldType::Integer { min, max } => {
            value.as_i64().is_some_and(|value| within(value, min, max))
        }
        FieldType::Decimal { min, max } => {
            let bound = |bound: &Option<microkit::system::DecimalText>| {
                bound
                    .as_ref()
                    .map(|bound| bound.as_str().parse::<f64>().unwrap())
            };
            value
                .as_f64()
                .is_some_and(|value| within(value, &bound(min), &bound(max)))
        }
        FieldType::Boolean => value.is_boolean(),
        FieldType::Date => is_date(text),
        FieldType::Timestamp => {
            let time = text.strip_suffix('Z').and_then(|text| text.split_once('T'));
            time.is_some_and(|(date, time)| {
                let parts: Vec<u32> = time
                    .split(':')
                    .filter_map(|part| part.parse().ok())
                    .collect();
                is_date(date) && parts.len() == 3 && parts[0] < 24 && parts[1] < 60 && parts[2] < 60
            })
        }
        FieldType::Enum { values } => values.iter().any(|known| known.text == text),
        FieldType::List { min, max, .. } => value
            .as_array()
            .is_some_and(|list| within(list.len() as u32, min, max)),
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<u32> = text
        .split('-')
        .filter_map(|part| part.parse().ok())
        .collect();
    text.len() == 10
        && parts.len() == 3
        && (1..=12).contains(&parts[1])
        && (1..=31).contains(&parts[2])
}

fn field<'a>(resource: &'a Resource, name: &str) -> &'a Field {
    resource
        .fields
        .iter()
        .find(|field| field.name.as_str() == name)
        .unwrap()
}

/// The same manifests in every run, so that a change and nothing else makes it fail. PROPTEST_CASES=500 tries more.
fn config() -> ProptestConfig {
    let quiet = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    if std::env::var("PROPTEST_CASES").is_ok() {
        return quiet;
    }
    ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(1),
        ..quiet
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_body_has_what_it_must_and_each_value_fits(text in manifests::manifest(), n in 0..2_000_000_u64) {
        let system = system(&text);
        for resource in resources(&system) {
            let n = n % plan::bodies(resource);
            let body = body(resource, n);
            prop_assert!(!body.is_empty(), "{}", resource.path);
            for (name, value) in &body {
                let field = field(resource, name);
                prop_assert!(!field.readonly && fits(field, value), "{field:?}: {value}");
            }
            for field in &resource.fields {
                let needed = field.required && !field.readonly && field.default.is_none();
                prop_assert!(!needed || body.contains_key(field.name.as_str()), "{field:?}");
            }
        }
    }

    #[test]
    fn no_two_bodies_share_what_none_may_share(text in manifests::manifest(), start in 0..1_000_000_u64) {
        let system = system(&text);
        for resource in resources(&system) {
            let most = plan::bodies(resource);
            let all: BTreeSet<u64> = (start..start + 40).map(|n| n % most).collect();
            let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for n in &all {
                for (name, value) in body(resource, *n) {
                    if field(resource, &name).unique {
                        let is_new = seen.entry(name.clone()).or_default().insert(value.to_string());
                        prop_assert!(is_new, "{name}: {value} for {n}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_a_request_refers_to_comes_before_it(text in manifests::manifest()) {
        let system = system(&text);
        for service in &system.services {
            let drives = drive::creating(service).chain(drive::listing(service));
            for drive in drives {
                let Some(order) = drive::needed(&system, &drive) else { continue };
                let mut there: BTreeSet<ResourceRef> = BTreeSet::new();
                for reference in &order {
                    prop_assert!(required(&system, reference).is_subset(&there), "{reference} in {order:?}");
                    prop_assert!(there.insert(reference.clone()), "{reference} twice in {order:?}");
                }
                if let Kind::Create(resource) = drive.kind {
                    let reference = ResourceRef {
                        service: service.name.clone(),
                        resource: resource.name.clone(),
                    };
                    prop_assert!(required(&system, &reference).is_subset(&there));
                }
            }
        }
    }

    #[test]
    fn every_system_has_a_request_and_none_has_more_hops_than_the_first(text in manifests::manifest()) {
        let system = system(&text);
        let drives = drive::farthest(&system);
        let hops: Vec<usize> = drives.iter().map(Drive::hops).collect();
        prop_assert!(!hops.is_empty());
        prop_assert!(hops.is_sorted_by(|one, next| one >= next), "{hops:?}");
        prop_assert!(drive::busiest(&system).is_some());
    }
}

/// What the resource can't be created without.
fn required(system: &System, reference: &ResourceRef) -> BTreeSet<ResourceRef> {
    let fields = system.resource(reference).fields.iter();
    let required = fields.filter(|field| field.required && !field.readonly);
    let targets = required.filter_map(|field| match &field.kind {
        FieldType::Reference { to } => Some(to.clone()),
        _ => None,
    });
    targets.collect()
}

const SHOP: &str = include_str!("../templates/examples/shop.toml");

#[test]
fn in_the_shop_an_order_goes_farthest_and_names_its_user() {
    let system = system(SHOP);
    let drives = drive::farthest(&system);
    let first = drives[0];
    assert_eq!(
        (first.name(), first.hops()),
        ("POST /api/orders".to_owned(), 2)
    );
    let needed = drive::needed(&system, &first).unwrap();
    let names: Vec<String> = needed.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["user-service/user"]);
    let ids = [(needed[0].clone(), ID.to_owned())].into();
    let request = first.request(7, &ids);
    assert_eq!(
        (request.method, request.path.as_str()),
        ("POST", "/api/orders")
    );
    let body: Value = serde_json::from_str(&request.body.unwrap()).unwrap();
    assert_eq!(body["user_id"], ID);
    assert_eq!(body["items"].as_array().unwrap().len(), 1);
    // A payment is for one order alone, so it can't be sent again.
    assert!(
        drives
            .iter()
            .all(|drive| drive.name() != "POST /api/payments")
    );
    assert_eq!(
        drive::busiest(&system).unwrap().name.as_str(),
        "order-service"
    );
}
