use super::super::drive;
use super::*;
use crate::manifest::parse;
use crate::system::validate;

const SHOP: &str = include_str!("../../../examples/shop/microkit.toml");

/// A service alone, which calls nobody and tells nobody anything.
const OVEN: &str = "[system]\nname = \"bakery\"\n[services.oven]\ndatabase = \"sqlite\"\n\
                    [services.oven.resources.loaf]\nfields.name = \"string\"\n";

const MACHINE: Machine = Machine {
    cores: 2,
    release: false,
    others: None,
};

fn system(manifest: &str) -> System {
    validate(&parse("microkit.toml", manifest).expect("it is TOML")).expect("it is valid")
}

/// What is found where the requests failed of which `falls` says so, some of them with an open circuit breaker.
fn found(system: &System, falls: impl Fn(&str) -> bool, lang: Lang) -> Found {
    found_with(system, falls, vec![2.0], lang)
}

/// The same, where those that failed with an open circuit breaker took so long.
fn found_with(system: &System, falls: impl Fn(&str) -> bool, open: Vec<f64>, lang: Lang) -> Found {
    let about = Isolation {
        system,
        victim: drive::busiest(system).unwrap(),
    };
    let fault = |falls: &dyn Fn(&str) -> bool, status: Option<u16>| {
        let drives = system.services.iter().flat_map(drive::every);
        let probes = drives.map(|drive| {
            let mut probed = Probed::new(drive);
            let down = if falls(&drive.name()) {
                status
            } else {
                Some(200)
            };
            for (phase, status) in [
                (Phase::Before, Some(200)),
                (Phase::Down, down),
                (Phase::After, Some(200)),
            ] {
                for _ in 0..3 {
                    probed.at_mut(phase).add(status, "Gone".to_owned(), 2.0);
                }
            }
            probed
        });
        Fault {
            probes: probes.collect(),
            ready: vec![20.0],
            back: vec![4_000.0],
            failing: [vec![90.0], open.clone()],
            ..Fault::default()
        }
    };
    let measured = Measured {
        shapes: [fault(&|_| true, None), fault(&falls, Some(503))],
        events: None,
        left_out: vec![("POST /api/odd".to_owned(), "422".to_owned())],
        down: 1.5,
    };
    about.found(&measured, &MACHINE, lang)
}

/// Whether a request of that name fails.
type Falls<'a> = &'a dyn Fn(&str) -> bool;

#[test]
fn the_answer_is_what_fell_and_what_stayed() {
    // Of the services that are called as often as any, it is the first.
    let shop = system(SHOP);
    let own = |name: &str| name.contains("/orders");
    let cases: [(Falls, Option<usize>); 6] = [
        (&own, Some(0)),
        (&|name| own(name) || name == "POST /api/payments", Some(1)),
        (&|name| own(name) || name.contains("/payments"), Some(2)),
        (&|_| true, Some(3)),
        (&|_| false, None),
        (&|name| own(name) || name == "POST /api/users", None),
    ];
    for (index, (falls, answer)) in cases.into_iter().enumerate() {
        assert_eq!(found(&shop, falls, Lang::En).answer, answer, "{index}");
    }
}

#[test]
fn each_request_has_its_row_and_each_that_fell_what_it_was_told() {
    let shop = system(SHOP);
    let found = found(&shop, |name| name == "GET /api/orders/{id}", Lang::En);
    let [many, one, told] = found.tables.as_slice() else {
        panic!("{:?}", found.tables);
    };
    let row = |table: &Table, name: &str| {
        let row = table.rows.iter().find(|row| row[0] == name).unwrap();
        row[1..].join(" ")
    };
    assert_eq!((many.rows.len(), one.rows.len()), (9, 9));
    assert_eq!(row(many, "GET /api/orders/{id}"), "200 503 200");
    assert_eq!(row(many, "POST /api/orders"), "200 200 200");
    assert_eq!(row(one, "POST /api/orders"), "200 no answer 200");
    assert_eq!(told.rows, [["GET /api/orders/{id}", "503 Gone", "2 ms"]]);
}

#[test]
fn what_was_answered_in_more_than_one_way_is_counted() {
    let mut seen = Seen::default();
    for status in [Some(200), None, Some(200), Some(503)] {
        seen.add(status, String::new(), 1.0);
    }
    let oven = system(OVEN);
    let mut probed = Probed::new(drive::every(&oven.services[0])[0]);
    *probed.at_mut(Phase::Down) = seen;
    let fault = Fault {
        probes: vec![probed],
        ..Fault::default()
    };
    let table = seen::table(String::new(), &fault, Lang::En);
    assert_eq!(
        table.rows[0][1..],
        ["-", "no answer × 1, 200 × 2, 503 × 1", "-"]
    );
    assert!(!fault.parted().0.is_empty());
}

#[test]
fn a_system_that_cant_show_something_says_so_and_how_it_could() {
    let oven = system(OVEN);
    for (lang, words) in [
        (
            Lang::En,
            ["the only service", "has no events", "was left out"],
        ),
        (
            Lang::Es,
            ["el único servicio", "no tiene eventos", "quedó fuera"],
        ),
    ] {
        let findings = found(&oven, |_| true, lang).findings.join("\n");
        for word in words {
            assert!(findings.contains(word), "{word} is not in {findings}");
        }
    }
    let coupled = found(&system(SHOP), |name| name == "POST /api/payments", Lang::En).findings;
    let coupled = coupled.join("\n");
    assert!(
        coupled.contains("nothing was wrong with payment-service"),
        "{coupled}"
    );
    assert!(coupled.contains("went on: GET /api/payments"), "{coupled}");
}

#[test]
fn a_circuit_breaker_is_named_as_the_cause_only_where_one_was_open() {
    let shop = system(SHOP);
    for (lang, cause) in [(Lang::En, "circuit breaker"), (Lang::Es, "cortacircuitos")] {
        for (open, is_named) in [(vec![2.0], true), (Vec::new(), false)] {
            let found = found_with(&shop, |name| name.contains("/orders"), open, lang);
            let again = found.findings.iter().find(|one| one.contains("4000 ms"));
            let again = again.expect("how long it took is told");
            assert_eq!(again.contains(cause), is_named, "{again}");
        }
    }
}
