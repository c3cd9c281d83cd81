//! The places that the topics name: there in the workspace of any valid manifest, and about what they say.

use microkit::lang::Lang;
use microkit::topics::{At, Place, Standing, Topic};
use proptest::prelude::*;

use crate::manifests;
use crate::planned::{Planned, paths, shop};

#[test]
fn in_the_shop_each_topic_stands_somewhere_and_can_be_seen() {
    let shop = shop();
    for topic in Topic::ALL {
        let standing = shop.standing(*topic, Lang::En);
        assert!(!standing.places.is_empty(), "{topic:?} stands nowhere");
        assert!(!standing.commands.is_empty(), "{topic:?} can't be seen");
        for place in &standing.places {
            assert_eq!(shop.check(place), Ok(()), "{topic:?}");
        }
    }
    let told = shop.standing(Topic::DatabasePerService, Lang::Es);
    assert_eq!(told.places[0].path, "microkit.toml");
    let told = shop.standing(Topic::IdempotentConsumer, Lang::En);
    assert_eq!(
        told.places[0].path,
        "services/payment-service/src/events/order_created.rs"
    );
}

/// Two events of one publisher, of which the second alone is read, and names that hold the name of something else.
const AWKWARD: &str = r#"[system]
name = "awkward"

[services.a-chassis]
database = "sqlite"
publishes = ["thing.created", "thing.paid"]

[services.a-chassis.resources.thing]
fields.name = "string"

[services.b-compose]
database = "sqlite"
calls = ["a-chassis"]
consumes = ["thing.paid"]

[events."thing.created"]
thing_id = "uuid"

[events."thing.paid"]
thing_id = "uuid"
paid_by = "uuid"
"#;

/// The whole line of each place, and the commands. What a reader reviews: that the line is about what is said of it.
fn lines(planned: &Planned) -> String {
    let mut text = String::new();
    for topic in Topic::ALL {
        let told = planned.standing(*topic, Lang::En);
        text.push_str(&format!("{}\n", topic.name(Lang::En)));
        for place in &told.places {
            let At::Line(number) = place.at else {
                panic!("{topic:?}: {place:?}");
            };
            let file = planned.read(&place.path).expect("the file is there");
            let line = file.lines().nth(number - 1).expect("the line is there");
            let Place { path, says, .. } = place;
            text.push_str(&format!("  {says}\n    {path}: {}\n", line.trim()));
        }
        for (command, _) in &told.commands {
            text.push_str(&format!("  $ {command}\n"));
        }
    }
    text
}

#[test]
fn each_line_that_is_told_of_the_shop_is_about_its_topic() {
    snapbox::assert_data_eq!(lines(&shop()), snapbox::file!["shop.txt"].raw());
}

#[test]
fn awkward_names_and_a_second_event_lead_to_their_own_lines() {
    let awkward = Planned::new(AWKWARD);
    snapbox::assert_data_eq!(lines(&awkward), snapbox::file!["awkward.txt"].raw());
    for topic in [Topic::TransactionalOutbox, Topic::EventualConsistency] {
        let told = awkward.standing(topic, Lang::En);
        let places = told.places.iter();
        let of_thing: Vec<&str> = places
            .map(|place| place.path.as_str())
            .filter(|path| path.contains("thing"))
            .collect();
        let expected = "services/a-chassis/src/events/thing_paid.rs";
        assert!(of_thing.contains(&expected), "{topic:?}: {of_thing:?}");
        assert!(
            of_thing.iter().all(|path| !path.contains("repository")),
            "{of_thing:?}"
        );
    }
    let told = awkward.standing(Topic::Chassis, Lang::En);
    let manifest = awkward
        .read("services/a-chassis/Cargo.toml")
        .expect("the crate is planned");
    let line = manifest
        .lines()
        .position(|line| line == "chassis.workspace = true");
    let expected = (
        "services/a-chassis/Cargo.toml",
        At::Line(line.expect("it depends on it") + 1),
    );
    assert!(paths(&told).contains(&expected), "{:?}", paths(&told));
}

#[test]
fn of_several_events_the_one_that_is_told_is_published_where_it_says() {
    let read = |consumed: &str| {
        let text = AWKWARD.replace("consumes = [\"thing.paid\"]", consumed);
        let planned = Planned::new(&text);
        let told = planned.standing(Topic::TransactionalOutbox, Lang::En);
        let lines = told.places.iter().map(|place| {
            let At::Line(number) = place.at else {
                panic!("{place:?}");
            };
            let file = planned.read(&place.path).expect("the file is there");
            file.lines()
                .nth(number - 1)
                .unwrap_or_default()
                .trim()
                .to_owned()
        });
        lines.collect::<Vec<_>>()
    };
    let created = read("consumes = [\"thing.created\"]");
    assert_eq!(
        created[0],
        "self.outbox.publish(&transaction, &event).await?;"
    );
    assert_eq!(created[1], ".publishes::<events::ThingCreated>()");
    let paid = read("consumes = [\"thing.paid\"]");
    assert_eq!(paid[0], "pub struct ThingPaid {");
    assert_eq!(paid[1], ".publishes::<events::ThingPaid>()");
}

#[test]
fn a_line_is_told_once_also_if_two_things_can_be_said_of_it() {
    let text = "[system]\nname = \"a\"\n\n[services.b]\ncalls = [\"c\"]\n\n[services.c]\ncalls = [\"b\"]\n";
    let told = Planned::new(text).standing(Topic::DistributedMonolith, Lang::En);
    let all = paths(&told);
    let different: std::collections::BTreeSet<_> = all
        .iter()
        .map(|(path, at)| format!("{path} {at:?}"))
        .collect();
    assert_eq!(different.len(), all.len(), "{all:?}");
}

#[test]
fn what_a_system_has_none_of_is_said() {
    let least = Planned::new("[system]\nname = \"a\"\n[services.b]\n");
    let without = [
        Topic::DatabasePerService,
        Topic::SynchronousCommunication,
        Topic::AsynchronousCommunication,
        Topic::TransactionalOutbox,
        Topic::IdempotentConsumer,
        Topic::EventualConsistency,
        Topic::Migrations,
        Topic::Coupling,
    ];
    for topic in without {
        let notes = least.standing(topic, Lang::En).notes;
        assert!(!notes.is_empty(), "{topic:?}");
        assert!(
            shop().standing(topic, Lang::En).notes.is_empty(),
            "{topic:?}"
        );
    }
}

#[test]
fn an_event_that_no_repository_publishes_is_told_where_it_is_declared() {
    let planned = Planned::new(
        "[system]\nname = \"a\"\n[services.b]\ndatabase = \"sqlite\"\npublishes = [\"b.done\"]\n\
         [events.\"b.done\"]\nb_id = \"uuid\"\n",
    );
    let told = planned.standing(Topic::TransactionalOutbox, Lang::En);
    assert_eq!(told.places[0].path, "services/b/src/events/b_done.rs");
    assert_eq!(planned.check(&told.places[0]), Ok(()));
}

#[test]
fn what_the_user_moved_is_told_by_its_file_alone() {
    let shop = shop();
    let breaker = "crates/chassis/src/client/breaker.rs";
    let emptied = |path: &str| match path {
        path if path == breaker => Some("// all of it is elsewhere\n".to_owned()),
        path => shop.read(path),
    };
    let told = shop.standing_among(Topic::CircuitBreaker, Lang::En, &emptied);
    let first = &told.places[0];
    assert_eq!((first.path.as_str(), first.at), (breaker, At::File));
    let deleted = |path: &str| {
        Some(path)
            .filter(|path| *path != breaker)
            .and_then(|path| shop.read(path))
    };
    let told = shop.standing_among(Topic::CircuitBreaker, Lang::En, &deleted);
    assert_eq!(told.places[0].at, At::Missing);
}

#[test]
fn a_line_that_moved_is_found_where_it_is_now() {
    let shop = shop();
    let path = "services/order-service/src/lib.rs";
    let longer = |asked: &str| {
        let text = shop.read(asked)?;
        Some(match asked == path {
            true => format!("// one\n// two\n{text}"),
            false => text,
        })
    };
    let line = |standing: &Standing| {
        let found = paths(standing).into_iter().find(|(at, _)| *at == path);
        match found {
            Some((_, At::Line(line))) => line,
            other => panic!("{other:?}"),
        }
    };
    let before = shop.standing(Topic::DatabasePerService, Lang::En);
    let after = shop.standing_among(Topic::DatabasePerService, Lang::En, &longer);
    assert_eq!(line(&after), line(&before) + 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_any_system_every_place_is_there_and_every_topic_has_something_to_say(text in manifests::manifest()) {
        let planned = Planned::new(&text);
        for topic in Topic::ALL {
            let [english, spanish] = crate::LANGS.map(|lang| planned.standing(*topic, lang));
            prop_assert!(!english.places.is_empty() || !english.notes.is_empty(), "{topic:?}");
            prop_assert!(english.places.len() <= 5);
            for place in &english.places {
                let checked = planned.check(place);
                prop_assert!(checked.is_ok(), "{topic:?}: {}", checked.unwrap_err());
            }
            prop_assert_eq!(paths(&english), paths(&spanish));
            prop_assert_eq!(english.notes.len(), spanish.notes.len());
            prop_assert_eq!(english.hints.len(), spanish.hints.len());
            let commands = |standing: &Standing| -> Vec<String> {
                standing.commands.iter().map(|(command, _)| command.clone()).collect()
            };
            prop_assert_eq!(commands(&english), commands(&spanish));
        }
    }
}
