//! What is advised: a known answer for the lesson's own cases, and what has to hold whatever is answered. The shape never
//! turns towards the monolith when one answer gets stronger, a small team with a first version keeps its monolith, the
//! weights that are shown are the score, and what would change the advice does.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test; the systems are files beside this one"
)]

#[path = "../support/manifests.rs"]
mod manifests;
mod systems;

use std::fs;

use microkit::advice::{
    self, Advice, Answer, Answers, Change, Consistency, Domain, EXTRACT_FROM, Facts, Limit,
    MICROSERVICES_FROM, Operations, Question, Reason, Releases, Scaling, Shape, Stage, Technology,
};
use microkit::lang::Lang;
use microkit::{manifest, system};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

const SHOP: &str = include_str!("../../templates/examples/shop.toml");

fn facts(text: &str) -> Facts {
    let document = manifest::parse("microkit.toml", text).unwrap();
    let system = system::validate(&document).unwrap();
    Facts::of(&document, &system)
}

fn train_ticket() -> Facts {
    facts(&fs::read_to_string("tests/fixtures/systems/train-ticket/microkit.toml").unwrap())
}

fn given(answers: &[Answer]) -> Answers {
    let mut given = Answers::default();
    answers.iter().for_each(|answer| given.set(*answer));
    given
}

/// The advice without a manifest.
fn advised(answers: &[Answer]) -> Advice {
    advice::advise(&given(answers), None)
}

/// Those that want microservices most, each its question's strongest answer.
const ALL_FOR: [Answer; 9] = [
    Answer::Team(200),
    Answer::Teams(20),
    Answer::Domain(Domain::Known),
    Answer::Scaling(Scaling::Several),
    Answer::Technology(Technology::Different),
    Answer::Operations(Operations::Strong),
    Answer::Stage(Stage::Established),
    Answer::Releases(Releases::Independent),
    Answer::Consistency(Consistency::Eventual),
];

/// All answers to a question, from the one that speaks most for the monolith to the one that speaks most against it.
fn scale(question: Question) -> Vec<Answer> {
    match question {
        Question::Team => (1..=120).map(Answer::Team).collect(),
        Question::Teams => (1..=12).map(Answer::Teams).collect(),
        Question::Domain => [Domain::Moving, Domain::Simple, Domain::Known]
            .map(Answer::Domain)
            .to_vec(),
        Question::Scaling => [Scaling::Same, Scaling::One, Scaling::Several]
            .map(Answer::Scaling)
            .to_vec(),
        Question::Technology => [Technology::Same, Technology::Different]
            .map(Answer::Technology)
            .to_vec(),
        Question::Operations => [Operations::None, Operations::Some, Operations::Strong]
            .map(Answer::Operations)
            .to_vec(),
        Question::Stage => [Stage::Mvp, Stage::Growing, Stage::Established]
            .map(Answer::Stage)
            .to_vec(),
        Question::Releases => [Releases::Together, Releases::Independent]
            .map(Answer::Releases)
            .to_vec(),
        Question::Consistency => [Consistency::Transactions, Consistency::Eventual]
            .map(Answer::Consistency)
            .to_vec(),
    }
}

/// Each question answered or not, nothing that contradicts itself.
fn answers() -> impl Strategy<Value = Answers> {
    let one = |question| prop::option::weighted(0.8, select(scale(question)));
    let all: Vec<_> = Question::ALL.into_iter().map(one).collect();
    all.prop_map(|all| given(&all.into_iter().flatten().collect::<Vec<_>>()))
        .prop_filter("more teams than people", |answers| {
            answers.contradiction().is_none()
        })
}

/// No manifest, or any valid one.
fn maybe_facts() -> impl Strategy<Value = Option<Facts>> {
    let written = manifests::manifest().prop_map(|text| facts(&text));
    prop_oneof![
        2 => Just(None),
        1 => Just(Some(train_ticket())),
        1 => Just(Some(facts(SHOP))),
        1 => written.prop_map(Some),
    ]
}

/// What a document says besides its sentences.
fn without_words(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| name != "why" && name != "sentence");
                members.values_mut().for_each(walk);
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

fn document(advice: &Advice, lang: Lang) -> Value {
    serde_json::from_str(&advice::json(advice, lang)).unwrap()
}

/// The numbers in the table of a text, the sum last.
fn shown_weights(text: &str) -> Vec<i32> {
    let table = text.split("\n\n").nth(1).unwrap();
    let rows = table.lines().skip(1);
    rows.map(|row| row.split_whitespace().next().unwrap().parse().unwrap())
        .collect()
}

proptest! {
    #[test]
    fn a_stronger_answer_never_leads_back_towards_the_monolith(
        answers in answers(),
        facts in maybe_facts(),
        question in select(Question::ALL.to_vec()),
    ) {
        let mut before: Option<Shape> = None;
        for answer in scale(question) {
            let answers = answers.with(answer);
            if answers.contradiction().is_some() {
                continue;
            }
            let shape = advice::advise(&answers, facts.as_ref()).shape;
            prop_assert!(before <= Some(shape), "{before:?} became {shape:?} with {answers:?}");
            before = Some(shape);
        }
    }

    #[test]
    fn a_team_of_five_with_a_first_version_and_no_experience_keeps_its_monolith(
        answers in answers(),
        facts in maybe_facts(),
        people in 1_u32..=5,
    ) {
        let answers = answers
            .with(Answer::Team(people))
            .with(Answer::Stage(Stage::Mvp))
            .with(Answer::Operations(Operations::None));
        prop_assert_eq!(advice::advise(&answers, facts.as_ref()).shape, Shape::Monolith);
    }

    #[test]
    fn without_any_answer_it_is_a_monolith(facts in maybe_facts()) {
        let advice = advice::advise(&Answers::default(), facts.as_ref());
        prop_assert_eq!(advice.shape, Shape::Monolith);
        let unknown = advice.reasons.iter().filter(|one| matches!(one, Reason::NotKnown(_)));
        prop_assert_eq!(unknown.count(), 9);
    }

    #[test]
    fn the_weights_that_are_shown_are_the_score_and_no_language_has_others(
        answers in answers(),
        facts in maybe_facts(),
    ) {
        let advice = advice::advise(&answers, facts.as_ref());
        let english = advice::text(&advice, Lang::En);
        let mut weights = shown_weights(&english);
        prop_assert_eq!(&weights, &shown_weights(&advice::text(&advice, Lang::Es)));
        prop_assert_eq!(weights.pop(), Some(advice.score));
        prop_assert_eq!(weights.iter().sum::<i32>(), advice.score);
        let [document, spanish] = [Lang::En, Lang::Es].map(|lang| document(&advice, lang));
        prop_assert_ne!(&document["sentence"], &spanish["sentence"]);
        let weight = |reason: &Value| reason["weight"].as_i64().unwrap();
        let sum: i64 = document["reasons"].as_array().unwrap().iter().map(weight).sum();
        prop_assert_eq!(sum, i64::from(advice.score));
        prop_assert_eq!(without_words(document), without_words(spanish));
    }

    #[test]
    fn what_would_change_the_advice_does_and_nothing_is_left_out(
        answers in answers(),
        facts in maybe_facts(),
    ) {
        let advised = |answers: &Answers| advice::advise(answers, facts.as_ref());
        let advice = advised(&answers);
        for change in &advice.changes {
            let other = advised(&answers.with(change.answer));
            prop_assert_eq!(other.shape, change.shape);
            prop_assert_ne!(other.shape, advice.shape);
        }
        for answer in Question::ALL.into_iter().flat_map(scale) {
            let other = answers.with(answer);
            if other.contradiction().is_some() {
                continue;
            }
            let other = advised(&other);
            if other.shape == advice.shape {
                continue;
            }
            let same = advice.changes.iter().find(|change| {
                change.answer.question() == answer.question() && change.shape == other.shape
            });
            prop_assert!(same.is_some(), "{answer:?} gives {:?}", other.shape);
            let told = advised(&answers.with(same.unwrap().answer));
            prop_assert!(
                told.score.abs_diff(advice.score) <= other.score.abs_diff(advice.score),
                "{answer:?} is less of a change than {same:?}"
            );
        }
    }
}

#[test]
fn the_lessons_cases_have_the_lessons_answers() {
    let startup = advised(&[
        Answer::Team(4),
        Answer::Domain(Domain::Moving),
        Answer::Stage(Stage::Mvp),
        Answer::Releases(Releases::Independent),
    ]);
    assert_eq!(startup.shape, Shape::Monolith);
    assert_eq!(advised(&ALL_FOR).shape, Shape::Microservices);
    // A settled product of one experienced team, of which one part has another load.
    let one_part = [
        Answer::Team(12),
        Answer::Teams(1),
        Answer::Domain(Domain::Known),
        Answer::Scaling(Scaling::One),
        Answer::Operations(Operations::Some),
        Answer::Stage(Stage::Established),
        Answer::Releases(Releases::Together),
    ];
    let advice = advised(&one_part);
    assert_eq!((advice.shape, advice.taken_out), (Shape::Extract, 1));
    let several = given(&one_part).with(Answer::Scaling(Scaling::Several));
    assert_eq!(advice::advise(&several, None).taken_out, 2);
}

#[test]
fn any_need_alone_is_enough_for_a_first_step_and_all_together_are_not_for_microservices() {
    let needs = [
        Answer::Scaling(Scaling::Several),
        Answer::Technology(Technology::Different),
        Answer::Releases(Releases::Independent),
    ];
    for need in needs.into_iter().chain([Answer::Scaling(Scaling::One)]) {
        let advice = advised(&[need]);
        assert!(advice.score >= EXTRACT_FROM, "{need:?}");
        assert_eq!(advice.shape, Shape::Extract, "{need:?}");
        // One thing against it outweighs it.
        let held_back = advised(&[need, Answer::Domain(Domain::Simple)]);
        assert_eq!(held_back.shape, Shape::Monolith, "{need:?}");
    }
    let strong = Answer::Operations(Operations::Some);
    let all = advised(&[&needs[..], &[strong]].concat());
    assert!(all.score < MICROSERVICES_FROM);
    assert_eq!(all.shape, Shape::Extract);
}

#[test]
fn what_no_score_overrules_is_said() {
    let strongest = given(&ALL_FOR);
    let nobody = strongest.with(Answer::Operations(Operations::None));
    let advice = advice::advise(&nobody, None);
    assert!(advice.score >= MICROSERVICES_FROM);
    assert_eq!(
        (advice.shape, advice.limit),
        (Shape::Extract, Some(Limit::NoOperations))
    );
    let enough = Change {
        answer: Answer::Operations(Operations::Some),
        shape: Shape::Microservices,
    };
    assert_eq!(advice.changes, [enough]);

    let no_need = strongest
        .with(Answer::Scaling(Scaling::Same))
        .with(Answer::Technology(Technology::Same))
        .with(Answer::Releases(Releases::Together));
    let advice = advice::advise(&no_need, None);
    assert!(advice.score >= EXTRACT_FROM);
    assert_eq!(
        (advice.shape, advice.limit),
        (Shape::Monolith, Some(Limit::NoNeed))
    );

    let hello = facts("[system]\nname = \"hello\"\n[services.greeter]\n");
    let advice = advice::advise(&strongest, Some(&hello));
    assert_eq!(
        (advice.shape, advice.limit),
        (Shape::Monolith, Some(Limit::OneService))
    );
    assert!(advice.first.is_empty() && advice.changes.is_empty());
}
