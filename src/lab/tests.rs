//! What the labs say of rounds that are made up, so that it is known what they have to say.

use proptest::prelude::*;

use super::drive;
use super::latency::{self, Latency};
use super::machine::Machine;
use super::report::{self, Found};
use super::round::Round;
use super::scaling::{self, Scaling};
use crate::lang::Lang;
use crate::manifest::parse;
use crate::system::{System, validate};

const SHOP: &str = include_str!("../../templates/examples/shop.toml");

fn shop() -> System {
    validate(&parse("microkit.toml", SHOP).expect("it is TOML")).expect("it is valid")
}

fn machine(others: f64) -> Machine {
    Machine {
        cores: 4,
        release: false,
        others: Some(others),
    }
}

/// A round of a second in which every request took as long, one after the other.
fn round(milliseconds: f64) -> Round {
    Round {
        took: vec![milliseconds; (1_000.0 / milliseconds).ceil() as usize],
        seconds: 1.0,
        ..Round::default()
    }
}

fn rounds(milliseconds: &[f64]) -> Vec<Round> {
    milliseconds.iter().copied().map(round).collect()
}

fn latency(one: &[f64], many: &[f64], lang: Lang) -> Found {
    let system = shop();
    let lab = Latency {
        drive: drive::farthest(&system)[0],
        processes: 4,
    };
    let arms = [rounds(one), rounds(many)];
    let measured = latency::Measured {
        rounds: [arms.clone(), arms],
        ..latency::Measured::default()
    };
    lab.found(&measured, &machine(0.0), lang)
}

fn scaling(measured: &scaling::Measured, others: f64) -> Found {
    let system = shop();
    let service = drive::busiest(&system).expect("the shop has services");
    let lab = Scaling {
        drive: drive::listing(service)[0],
    };
    lab.found(measured, &machine(others), Lang::En)
}

/// Rounds with one, two and three instances that answer in these times.
fn instances(one: &[f64], two: &[f64], three: &[f64], busy: f64) -> scaling::Measured {
    scaling::Measured {
        rounds: [one, two, three].map(rounds),
        counted: [[90, 0, 0], [45, 45, 0], [20, 30, 40]],
        busy: [one, two, three].map(|rounds| vec![busy; rounds.len()]),
        unsettled: 0,
    }
}

#[test]
fn the_answer_is_the_one_that_the_factor_falls_into() {
    let answer = |many: [f64; 3]| latency(&[1.0, 1.1, 0.9], &many, Lang::En).answer;
    assert_eq!(answer([1.0, 1.2, 0.9]), Some(0));
    assert_eq!(answer([1.5, 1.6, 1.4]), Some(1));
    assert_eq!(answer([3.0, 3.5, 2.5]), Some(2));
    assert_eq!(answer([9.0, 9.5, 8.5]), Some(3));
    // Quicker across processes than in one: none of the answers.
    assert_eq!(answer([0.5, 0.6, 0.4]), None);
    let answer =
        |three: [f64; 3]| scaling(&instances(&[3.0; 3], &[3.0; 3], &three, 50.0), 0.0).answer;
    assert_eq!(answer([4.0, 4.1, 4.2]), Some(0));
    assert_eq!(answer([2.0, 3.0, 4.0]), Some(1));
    assert_eq!(answer([2.5, 2.4, 2.6]), Some(2));
    assert_eq!(answer([1.5, 1.6, 1.4]), Some(3));
    assert_eq!(answer([1.0, 1.1, 0.9]), Some(4));
}

#[test]
fn a_hop_costs_its_part_of_what_several_processes_take_more() {
    let found = latency(&[1.0, 1.0, 1.0], &[4.0, 4.0, 4.0], Lang::En);
    assert_eq!(found.findings.len(), 2, "{:?}", found.findings);
    let cost = &found.findings[0];
    assert!(
        cost.contains("The 3 ms more are 75 %") && cost.contains("1.50 ms for each of the 2 hops"),
        "{cost}"
    );
    let found = latency(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0], Lang::Es);
    assert!(
        found.findings[0].contains("cuestan menos de lo que varían"),
        "{:?}",
        found.findings
    );
}

#[test]
fn what_is_quicker_across_processes_is_not_called_a_cost_of_hops() {
    let found = latency(&[1.0, 1.1, 0.9], &[0.5, 0.6, 0.4], Lang::En);
    let [alone, together] = [&found.findings[0], &found.findings[1]];
    assert!(alone.contains("quicker there, in every round"), "{alone}");
    assert!(
        together.contains("4 processes even more, 2000/s"),
        "{together}"
    );
    let found = latency(&[0.5, 0.6, 0.4], &[1.0, 1.1, 0.9], Lang::En);
    assert!(found.findings[1].contains("uses the same cores"));
}

#[test]
fn nothing_is_said_of_every_round_that_is_not_so_in_each() {
    let verdict = |first: &[f64], second: &[f64]| {
        let arm = |name: &str, rounds: &[f64]| report::Arm {
            name: name.to_owned(),
            rounds: rounds.to_vec(),
        };
        let figure = report::Figure {
            name: "events".to_owned(),
            unit: report::Unit::Count,
            arms: vec![arm("one", first), arm("other", second)],
        };
        [Lang::En, Lang::Es].map(|lang| figure.verdicts(lang).remove(0))
    };
    let [english, spanish] = verdict(&[0.0; 5], &[4.0; 5]);
    assert!(english.contains("where every round gave 0"), "{english}");
    assert!(spanish.contains("donde cada ronda dio 0"), "{spanish}");
    let [english, spanish] = verdict(&[0.0, 0.0, 0.0, 0.0, 3.0], &[4.0; 5]);
    assert!(english.contains("which gave 0 at the median"), "{english}");
    assert!(spanish.contains("que dio 0 en la mediana"), "{spanish}");
}

#[test]
fn how_many_answers_a_round_had_is_told_and_what_p99_is_of_few() {
    let fact = |one: &[f64], lang| {
        let found = latency(one, one, lang);
        let mut facts = found.setting.into_iter();
        let words = ["answers in a round", "respuestas por ronda"];
        facts.find(|(word, _)| words.contains(&word.as_str()))
    };
    let fact = |one: &[f64], lang| fact(one, lang).expect("it is told").1;
    assert_eq!(fact(&[10.0, 5.0], Lang::En), "100 to 200");
    let few = "50 to 100; p99 of fewer than 100 is the slowest of them";
    assert_eq!(fact(&[10.0, 20.0], Lang::En), few);
    let few = "de 50 a 100; con menos de 100, p99 es la más lenta";
    assert_eq!(fact(&[10.0, 20.0], Lang::Es), few);
}

#[test]
fn requests_that_failed_are_told() {
    let system = shop();
    let lab = Latency {
        drive: drive::farthest(&system)[0],
        processes: 4,
    };
    let mut bad = round(1.0);
    bad.refused = [(503, 7), (409, 1)].into();
    bad.unanswered = 2;
    let arms = [vec![round(1.0)], vec![bad]];
    let measured = latency::Measured {
        rounds: [arms, [vec![round(1.0)], vec![round(1.0)]]],
        ..latency::Measured::default()
    };
    let found = lab.found(&measured, &machine(0.0), Lang::En);
    let told = found.findings.last().expect("there are findings");
    assert!(
        told.starts_with("10 of 4010 requests failed (1 × 409, 7 × 503, 2 without an answer)"),
        "{told}"
    );
}

#[test]
fn why_more_instances_bring_more_or_not_depends_on_what_was_busy_and_what_was_seen() {
    let finding = |three: f64, busy: f64, others: f64| {
        let found = scaling(&instances(&[1.0; 3], &[1.0; 3], &[three; 3], busy), others);
        found.findings[1].clone()
    };
    assert!(finding(1.0, 97.0, 1.0).contains("hardly anything left"));
    assert!(finding(0.5, 97.0, 1.0).contains("may bring more still"));
    assert!(finding(0.5, 40.0, 1.0).contains("what was idle"));
    for three in [1.0, 2.0] {
        let more = finding(three, 40.0, 1.0);
        assert!(more.contains("limit is elsewhere"), "{more}");
    }
    assert!(finding(1.0, 97.0, 60.0).contains("run it again"));
}

#[test]
fn the_load_of_each_instance_is_in_the_table_and_in_words() {
    let found = scaling(&instances(&[1.0; 3], &[1.0; 3], &[1.0; 3], 10.0), 0.0);
    let rows = &found.tables[0].rows;
    assert_eq!(rows[0], ["1 instance", "90 (100 %)", "-", "-"]);
    assert_eq!(
        rows[2],
        ["3 instances", "20 (22 %)", "30 (33 %)", "40 (44 %)"]
    );
    assert!(
        found.findings[2].contains("between 22.2 % and 44.4 %"),
        "{:?}",
        found.findings
    );
}

proptest! {
    #[test]
    fn no_difference_is_claimed_where_rounds_overlap(
        one in prop::collection::vec(1.0..9.0_f64, 5),
        many in prop::collection::vec(1.0..9.0_f64, 5),
    ) {
        let found = latency(&one, &many, Lang::En);
        let overlap = one.iter().any(|a| many.iter().any(|b| a >= b)) && one.iter().any(|a| many.iter().any(|b| a <= b));
        let verdict = &found.figures[0].verdicts(Lang::En)[0];
        prop_assert_eq!(verdict.contains("no difference seen"), overlap, "{}", verdict);
        prop_assert_eq!(found.answer == Some(0), overlap);
        prop_assert_eq!(found.findings[0].contains("cost less than the rounds differ"), found.answer == Some(0));
    }

    #[test]
    fn both_languages_say_as_much(
        one in prop::collection::vec(1.0..9.0_f64, 3),
        many in prop::collection::vec(1.0..9.0_f64, 3),
    ) {
        let [english, spanish] = [Lang::En, Lang::Es].map(|lang| latency(&one, &many, lang));
        prop_assert_eq!(english.answer, spanish.answer);
        let sizes = |found: &Found| [found.setting.len(), found.figures.len(), found.findings.len(), found.limits.len(), found.reading.len()];
        prop_assert_eq!(sizes(&english), sizes(&spanish));
        prop_assert!(english.findings.iter().zip(&spanish.findings).all(|(one, other)| one != other));
    }
}
