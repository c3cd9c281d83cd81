//! Properties of the first two stages: what is valid passes, nothing panics, and the same text gives the same answer.
//!
//! The manifests come from `support/manifests.rs`, which the properties of the plan draw from as well.

#[path = "support/manifests.rs"]
mod manifests;

use microkit::diagnostic::{self, Diagnostic};
use microkit::lang::Lang;
use microkit::manifest::{self, Manifest};
use microkit::system::{self, System};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn check(text: &str) -> Result<System, Vec<Diagnostic>> {
    let document = manifest::parse("microkit.toml", text)?;
    system::validate(&document)
}

/// What a user sees, right or wrong.
fn shown(text: &str) -> String {
    match check(text) {
        Ok(system) => format!("{system:?}"),
        Err(found) => diagnostic::render("microkit.toml", text, &found, false, Lang::En),
    }
}

/// A text with a piece cut out, doubled or replaced, somewhere.
fn mutated() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just(String::new()),
        any::<String>(),
        proptest::sample::select(vec![
            "\"", "[", "]", "{", "}", "=", "\n", ".", "0", "-1", "true", "é"
        ])
        .prop_map(str::to_owned),
    ];
    let change = (any::<Index>(), any::<Index>(), pieces, any::<bool>());
    (manifests::manifest(), vec(change, 1..=4)).prop_map(|(text, changes)| {
        let mut letters: Vec<char> = text.chars().collect();
        for (start, length, piece, double) in changes {
            let start = start.index(letters.len() + 1);
            let end = (start + length.index(12)).min(letters.len());
            let old: Vec<char> = letters[start..end].to_vec();
            let new: Vec<char> = match double {
                true => [old.clone(), old].concat(),
                false => piece.chars().collect(),
            };
            letters.splice(start..end, new);
        }
        letters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_manifest_that_is_drawn_has_no_mistakes(text in manifests::manifest()) {
        if let Err(found) = check(&text) {
            let shown = diagnostic::render("microkit.toml", &text, &found, false, Lang::En);
            prop_assert!(false, "{}\n{}", text, shown);
        }
    }

    #[test]
    fn serde_reads_a_manifest_like_the_reader_that_knows_places(text in manifests::manifest()) {
        let document = manifest::parse("microkit.toml", &text).expect("a drawn manifest is TOML");
        let by_serde: Manifest = toml::from_str(&text).expect("a drawn manifest is one for serde too");
        prop_assert_eq!(without_digits(document.manifest()), without_digits(&by_serde));
    }

    #[test]
    fn every_service_has_a_port_of_its_own(text in manifests::manifest()) {
        let system = check(&text).expect("a drawn manifest has no mistakes");
        let mut ports: Vec<u16> = system.services.iter().map(|service| service.port).collect();
        ports.push(system.gateway.port);
        let count = ports.len();
        ports.sort_unstable();
        ports.dedup();
        prop_assert_eq!(ports.len(), count);
        prop_assert!(ports[0] > 0);
    }

    #[test]
    fn services_events_and_resources_are_in_their_order(text in manifests::manifest()) {
        let system = check(&text).expect("a drawn manifest has no mistakes");
        prop_assert!(system.services.is_sorted_by(|one, next| one.name < next.name));
        prop_assert!(system.events.is_sorted_by(|one, next| one.name < next.name));
        for service in &system.services {
            for (index, resource) in service.resources.iter().enumerate() {
                for field in &resource.fields {
                    let system::FieldType::Reference { to } = &field.kind else { continue };
                    let earlier = &service.resources[..index];
                    let exists = earlier.iter().any(|owner| owner.name == to.resource);
                    prop_assert!(to.service != service.name || exists);
                }
            }
        }
    }

    #[test]
    fn the_same_text_always_gets_the_same_answer(text in mutated()) {
        prop_assert_eq!(shown(&text), shown(&text));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        shown(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..400)) {
        shown(&String::from_utf8_lossy(&bytes));
    }
}

/// Decimal numbers that serde has seen as floats can differ in trailing zeros.
fn without_digits(manifest: &Manifest) -> String {
    let text = format!("{manifest:?}");
    let mut parts = text.split("Decimal(\"");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| {
        let (digits, rest) = part.split_once('"').unwrap_or((part, ""));
        let number: f64 = digits.parse().unwrap_or(f64::NAN);
        format!("Decimal({number}{rest}")
    });
    first + &rest.collect::<String>()
}
