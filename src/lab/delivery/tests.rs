use super::*;
use crate::lab::report::Found;
use crate::manifest::parse;
use crate::system::validate;

const SHOP: &str = include_str!("../../../templates/examples/shop.toml");

fn system(text: &str) -> System {
    validate(&parse("microkit.toml", text).expect("it is TOML")).expect("it is valid")
}

fn machine() -> Machine {
    Machine {
        cores: 2,
        release: false,
        others: None,
    }
}

fn counted(sent: u64, handled: u64) -> Counted {
    Counted {
        sent,
        handled,
        attempts: sent + 9,
        twice_acknowledged: 2,
        ..Counted::default()
    }
}

fn found(own: &[Counted], naive: &[Counted], lang: Lang) -> Found {
    let system = system(SHOP);
    let seam = seams(&system).remove(0);
    let measured = Measured {
        rounds: [own.to_vec(), naive.to_vec()],
        grown: BTreeMap::new(),
    };
    let queued = Queued {
        sent: 120,
        refused: 0,
        handled: [120, 97],
        twice: [0, 0],
    };
    Delivery { seam }.found(&measured, &Ok(vec![queued; 2]), &machine(), lang)
}

#[test]
fn what_was_lost_decides_the_answer() {
    let (whole, less) = (counted(32, 32), counted(32, 30));
    let answer = |own, naive| found(&[whole, own], &[whole, naive], Lang::En).answer;
    assert_eq!(answer(whole, whole), Some(0));
    assert_eq!(answer(whole, less), Some(1));
    assert_eq!(answer(less, whole), Some(2));
    assert_eq!(answer(less, less), Some(3));
}

#[test]
fn what_one_round_lost_another_does_not_make_up_for() {
    // A request without an answer may have published all the same.
    let found = found(
        &[counted(32, 30), counted(32, 34)],
        &[counted(32, 32)],
        Lang::En,
    );
    assert_eq!(found.answer, Some(2));
    assert_eq!(found.tables[0].rows[0][1..4], ["64", "64", "2"]);
    assert!(
        found.findings[1].contains("That should not be"),
        "{:?}",
        found.findings
    );
}

#[test]
fn an_event_that_was_handled_twice_is_told_though_none_was_lost() {
    let twice = Counted {
        twice_handled: 1,
        ..counted(32, 32)
    };
    let found = found(&[twice], &[counted(32, 20)], Lang::En);
    assert_eq!(found.answer, Some(1));
    assert!(
        found.findings[1].contains("1 handled more than once"),
        "{:?}",
        found.findings
    );
}

#[test]
fn a_kill_that_hit_nothing_is_called_luck() {
    let found = found(&[counted(32, 32)], &[counted(32, 32)], Lang::En);
    assert!(
        found.findings[0].contains("luck, not a promise"),
        "{:?}",
        found.findings
    );
}

#[test]
fn both_languages_say_as_much() {
    let refused = Counted {
        refused: 3,
        ..counted(29, 20)
    };
    for naive in [counted(32, 32), refused] {
        let [english, spanish] =
            [Lang::En, Lang::Es].map(|lang| found(&[counted(32, 32)], &[naive], lang));
        assert_eq!(english.findings.len(), spanish.findings.len());
        assert_eq!(english.setting.len(), spanish.setting.len());
        assert_eq!(english.limits.len(), spanish.limits.len());
        assert_eq!(english.reading.len(), spanish.reading.len());
        let mut both = english.findings.iter().zip(&spanish.findings);
        assert!(both.all(|(one, other)| one != other));
    }
}

#[test]
fn entries_that_were_made_are_those_of_the_rounds_alone() {
    let at = |count| BTreeMap::from([("payments".to_owned(), count)]);
    let mut measured = Measured::default();
    measured.made(&BTreeMap::new(), &at(3));
    measured.made(&at(10), &at(42));
    assert_eq!(measured.grown["payments"], 35);
}

#[test]
fn the_event_that_generated_code_publishes_comes_first() {
    let system = system(
        r#"
[system]
name = "bakery"
[services.oven]
database = "sqlite"
publishes = ["alarm.rung", "loaf.created"]
resources.cake.fields.name = "string"
resources.loaf.fields.name = "string"
[services.till]
database = "sqlite"
consumes = ["alarm.rung", "loaf.created"]
[events."alarm.rung"]
at = "timestamp"
[events."loaf.created"]
loaf_id = "uuid"
"#,
    );
    let seams = seams(&system);
    let names: Vec<&str> = seams.iter().map(|seam| seam.event.name.as_str()).collect();
    assert_eq!(names, ["loaf.created", "alarm.rung"]);
    let drives: Vec<String> = seams[0].drives.iter().map(Drive::name).collect();
    assert_eq!(drives, ["POST /api/loaves", "POST /api/cakes"]);
}

#[test]
fn through_a_broker_each_consumer_is_counted_by_itself() {
    let system = system(SHOP);
    let delivery = Delivery {
        seam: seams(&system).remove(0),
    };
    let found =
        |through: &Through, lang| delivery.found(&Measured::default(), through, &machine(), lang);
    let queued = |own, naive| Queued {
        sent: 120,
        refused: 0,
        handled: [own, naive],
        twice: [0, 2],
    };
    for lang in [Lang::En, Lang::Es] {
        // What was lost in one round is not made up for by another.
        let both = found(&Ok(vec![queued(119, 97), queued(121, 100)]), lang);
        assert_eq!(both.tables[1].rows[0][1..], ["240", "240", "1", "0"]);
        assert_eq!(both.tables[1].rows[1][1..], ["240", "197", "43", "4"]);
        let good = found(&Ok(vec![queued(120, 120)]), lang);
        assert_eq!(good.findings.len(), both.findings.len());
        for (one, other) in good.findings.iter().zip(&both.findings).rev().take(2) {
            assert_ne!(one, other, "something was lost, or nothing");
        }
        let twice = Queued {
            twice: [3, 0],
            ..queued(120, 97)
        };
        let twice = found(&Ok(vec![twice]), lang);
        assert_eq!(twice.tables[1].rows[0][1..], ["120", "120", "0", "3"]);
        let findings = twice.findings.join("\n");
        let words = lang.either("handled 3 more than once", "procesó 3 más de una vez");
        assert!(findings.contains(words), "{findings}");
        for left_out in [LeftOut::Server, LeftOut::Example] {
            let without = found(&Err(left_out), lang);
            assert_eq!(without.tables.len(), 1);
            assert_eq!(without.findings.len() + 2, good.findings.len());
            assert_eq!(without.limits.len(), good.limits.len());
            assert_ne!(without.limits[0], good.limits[0]);
        }
        let without = found(&Err(LeftOut::Server), lang);
        assert!(
            without.limits[0].contains("`rabbitmq-server`"),
            "{:?}",
            without.limits
        );
    }
}

#[test]
fn what_happened_once_is_not_counted_in_times() {
    let facts = |lang| -> Vec<String> {
        let found = found(&[counted(32, 32)], &[counted(32, 20)], lang);
        found.setting.into_iter().map(|(_, fact)| fact).collect()
    };
    let publisher = |facts: Vec<String>, once: &str| facts.iter().any(|fact| fact.ends_with(once));
    assert!(publisher(facts(Lang::En), "the publisher once"));
    assert!(publisher(facts(Lang::Es), "el publicador 1 vez"));
}

#[test]
fn a_refusal_is_put_down_to_the_kills_only_where_nobody_was_there() {
    let with = |refused, odd| Counted {
        refused,
        odd,
        ..counted(29, 20)
    };
    for (lang, gone, other) in [
        (Lang::En, "not there: it was killed", "is in its log"),
        (Lang::Es, "había muerto", "está en su log"),
    ] {
        for (refused, odd) in [(0, 0), (3, 0), (0, 3), (2, 1)] {
            let found = found(&[counted(32, 32)], &[with(refused, odd)], lang);
            let findings = found.findings.join("\n");
            assert_eq!(findings.contains(gone), refused > 0, "{findings}");
            assert_eq!(findings.contains(other), odd > 0, "{findings}");
        }
    }
}
