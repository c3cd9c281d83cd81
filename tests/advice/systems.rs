//! What is advised for systems: the example, and one that is public.

use microkit::advice::{self, Answer, Facts, Operations, Scaling, Shape, Stage, Step};
use microkit::lang::Lang;

use super::{ALL_FOR, SHOP, facts, given, train_ticket};

#[test]
fn the_service_for_which_nobody_waits_goes_first_and_the_one_between_others_does_not() {
    let advice = advice::advise(&given(&ALL_FOR), Some(&facts(SHOP)));
    let names: Vec<&str> = advice.first.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["payment-service"]);
    let not_first = advice.not_first.unwrap();
    assert_eq!(not_first.name.as_str(), "order-service");
    assert_eq!(not_first.callers[0].as_str(), "payment-service");
    assert_eq!(not_first.calls[0].as_str(), "user-service");
}

#[test]
fn a_service_that_is_named_goes_first_and_an_easier_one_is_told() {
    let mut answers = given(&[Answer::Scaling(Scaling::One), Answer::Team(12)]);
    answers.scales = vec!["order-service".to_owned()];
    let advice = advice::advise(&answers, Some(&facts(SHOP)));
    assert_eq!(advice.shape, Shape::Extract);
    assert_eq!(advice.first[0].name.as_str(), "order-service");
    assert_eq!(advice.not_first, None);
    assert_eq!(advice.easier.unwrap().name.as_str(), "payment-service");
    assert!(
        advice
            .next
            .contains(&Step::Extract("order-service".to_owned()))
    );
}

#[test]
fn never_are_all_services_taken_out_of_a_monolith() {
    let mut answers = given(&[Answer::Scaling(Scaling::Several)]);
    answers.scales = ["order-service", "payment-service", "user-service"]
        .map(str::to_owned)
        .to_vec();
    let advice = advice::advise(&answers, Some(&facts(SHOP)));
    assert_eq!((advice.shape, advice.taken_out), (Shape::Extract, 2));
    assert_eq!(advice.first.len(), 2);
}

#[test]
fn what_the_manifest_shows_counts() {
    let tied = |calls: &str| {
        format!(
            "[system]\nname = \"shop\"\n\
             [services.a]\ndatabase = \"sqlite\"\ncalls = [\"b\"]\n\
             [services.b]\ndatabase = \"sqlite\"\n{calls}\n\
             [services.c]\ndatabase = \"sqlite\"\n"
        )
    };
    let answers = given(&[Answer::Team(3)]);
    let score = |text: &str| advice::advise(&answers, Some(&facts(text))).score;
    // A team of three (-4), three people to each of three services (-1), a call and no event (-1).
    assert_eq!(score(&tied("")), -6);
    // The same with two that call each other (-2).
    let mutual = facts(&tied("calls = [\"a\"]"));
    let advice = advice::advise(&answers, Some(&mutual));
    assert_eq!(advice.score, -8);
    assert_eq!(advice.first[0].name.as_str(), "c");
    assert!(advice.not_first.unwrap().in_circle);
    assert!(advice.next.contains(&Step::Check));
    // What the manifest allows with a reason is settled.
    let allowed = format!(
        "allow.MK0602.a = \"one team has both\"\n{}",
        tied("calls = [\"a\"]")
    );
    assert_eq!(score(&allowed), -6);
}

#[test]
fn in_a_large_system_of_the_public_no_service_of_a_circle_is_first() {
    let facts = train_ticket();
    let advice = advice::advise(&given(&ALL_FOR), Some(&facts));
    assert!(!advice.first[0].in_circle, "{:?}", advice.first);
    assert!(advice.not_first.unwrap().in_circle);
}

#[test]
fn what_is_taken_out_already_is_not_taken_out_again() {
    let settled = |extracted: &str| {
        let line = format!("name = \"shop\"\nextracted = {extracted}");
        facts(&SHOP.replacen("name = \"shop\"", &line, 1))
    };
    let needs = given(&[
        Answer::Scaling(Scaling::One),
        Answer::Operations(Operations::Some),
    ]);
    let first = |facts: &Facts| -> Vec<String> {
        let advice = advice::advise(&needs, Some(facts));
        assert_eq!(advice.shape, Shape::Extract);
        let names = advice.first.iter();
        names.map(|one| one.name.to_string()).collect()
    };
    assert_eq!(first(&settled("[]")), ["payment-service"]);
    assert!(first(&settled(r#"["payment-service"]"#)).is_empty());

    // Who should have stayed with one process is told the way back.
    let small = given(&[Answer::Team(4), Answer::Stage(Stage::Mvp)]);
    let facts = settled(r#"["payment-service", "user-service"]"#);
    let advice = advice::advise(&small, Some(&facts));
    let back = ["payment-service", "user-service"].map(|name| Step::Absorb(name.to_owned()));
    assert!(
        back.iter().all(|step| advice.next.contains(step)),
        "{:?}",
        advice.next
    );
    let text = advice::text(&advice, Lang::En);
    assert!(
        text.contains("Taken out already: payment-service, user-service"),
        "{text}"
    );
}
