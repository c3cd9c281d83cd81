use super::super::drive;
use super::*;
use crate::manifest::parse;
use crate::system::validate;

const SHOP: &str = include_str!("../../../examples/shop/microkit.toml");

const MACHINE: Machine = Machine {
    cores: 2,
    release: false,
    others: None,
};

fn shop() -> System {
    validate(&parse("microkit.toml", SHOP).expect("it is TOML")).expect("it is valid")
}

fn about(system: &System) -> Coupling<'_> {
    let (told, consumer) = drive::telling(system)[0];
    Coupling {
        system,
        call: drive::farthest(system).into_iter().find_map(Call::of),
        event: Some(Told {
            drive: told,
            consumer,
        }),
        delay: 0.8,
        deadline: 200,
    }
}

/// Three rounds in which requests take so long, and those that call nobody so long, in milliseconds.
fn turns(main: f64, own: f64) -> Vec<Turn> {
    let sent = |took: f64| Sent {
        good: vec![took; 4],
        bad: Vec::new(),
        seconds: 1.0,
    };
    let turn = |more: f64| Turn {
        main: sent(main + more),
        own: sent(own + more),
        waiting: 3,
    };
    [0.0, 0.5, 1.0].map(turn).to_vec()
}

fn measured(slow: Vec<Turn>, lagging: Vec<Turn>) -> Measured {
    let mut measured = Measured {
        refusal: Some("503 User service unavailable".to_owned()),
        arrived: true,
        ..Measured::default()
    };
    *measured.of_mut(Way::Fast) = turns(10.0, 5.0);
    *measured.of_mut(Way::Slow) = slow;
    *measured.of_mut(Way::Guarded) = turns(8.0, 5.0);
    *measured.of_mut(Way::Prompt) = turns(10.0, 5.0);
    *measured.of_mut(Way::Lagging) = lagging;
    measured
}

#[test]
fn the_answer_is_which_requests_take_most_of_the_delay_longer() {
    let system = shop();
    let about = about(&system);
    let answer = |slow| about.answer(&measured(slow, turns(10.0, 5.0)));
    assert_eq!(answer(turns(12.0, 5.0)), Some(0));
    assert_eq!(answer(turns(810.0, 5.0)), Some(1));
    assert_eq!(answer(turns(810.0, 805.0)), Some(2));
    assert_eq!(answer(turns(12.0, 805.0)), None);
    let told = Coupling {
        call: None,
        ..about.clone()
    };
    let answer = |lagging| told.answer(&measured(Vec::new(), lagging));
    assert_eq!(answer(turns(10.0, 5.0)), Some(0));
    assert_eq!(answer(turns(30.0, 5.0)), Some(1));
    assert_eq!(answer(turns(810.0, 5.0)), Some(2));
}

#[test]
fn the_same_request_is_called_for_and_told_of_where_there_is_one() {
    let system = shop();
    let about = about(&system);
    let (call, told) = (about.call.unwrap(), about.event.unwrap());
    assert_eq!(call.drive, told.drive);
    assert_eq!(
        (call.callee.as_str(), told.consumer.as_str()),
        ("user-service", "payment-service")
    );
}

#[test]
fn a_part_that_is_not_there_has_no_figure_and_a_word_on_how_to_add_it() {
    let system = shop();
    let both = about(&system);
    let measured = measured(turns(810.0, 5.0), turns(10.0, 5.0));
    for (lang, [no_call, no_event]) in [
        (Lang::En, ["`calls`", "`publishes`"]),
        (Lang::Es, ["`calls`", "`publishes`"]),
    ] {
        let all = both.found(&measured, &MACHINE, lang);
        assert_eq!(all.figures.len(), 11);
        let parts = [
            Coupling {
                call: None,
                ..both.clone()
            },
            Coupling {
                event: None,
                ..both.clone()
            },
        ];
        for ((part, word), figures) in parts.iter().zip([no_call, no_event]).zip([5, 6]) {
            let found = part.found(&measured, &MACHINE, lang);
            assert_eq!(found.figures.len(), figures);
            let findings = found.findings.join("\n");
            assert!(findings.contains(word), "{findings}");
            assert!(!all.findings.join("\n").contains(word));
            assert!(part.question(lang).choices.len() == 3);
        }
    }
}

#[test]
fn what_fails_where_nothing_should_is_told() {
    let system = shop();
    let about = about(&system);
    let mut some = measured(turns(810.0, 5.0), turns(10.0, 5.0));
    let told = |measured: &Measured| about.findings(measured, Lang::En).join("\n");
    // With a deadline requests are to fail.
    some.of_mut(Way::Guarded)[0].main.bad = vec![1.0];
    assert!(!told(&some).contains("requests failed"));
    some.of_mut(Way::Slow)[0].main.bad = vec![1.0];
    assert!(told(&some).contains("1 of "), "{}", told(&some));
    assert!(told(&some).contains("requests failed"));
}

#[test]
fn who_became_slower_is_not_called_decoupled_and_why_is_left_open() {
    let system = shop();
    let about = about(&system);
    let findings = |slow, lagging| about.findings(&measured(slow, lagging), Lang::En);
    let quiet = findings(turns(810.0, 5.0), turns(10.0, 5.0));
    assert!(quiet[2].contains("is not coupled to it"), "{}", quiet[2]);
    assert!(quiet[3].contains("A queue decouples") && quiet[3].contains("no slower"));
    let both = findings(turns(810.0, 300.0), turns(30.0, 5.0));
    assert!(both[2].contains("it became slower"), "{}", both[2]);
    assert!(!both[2].contains("is not coupled"), "{}", both[2]);
    assert!(both[3].contains("A queue decouples"), "{}", both[3]);
    assert!(both[3].contains("the figures don't say"), "{}", both[3]);
    let all = findings(turns(810.0, 5.0), turns(810.0, 5.0));
    assert!(!all[3].contains("decouples"), "{}", all[3]);
}

#[test]
fn of_many_comparisons_one_may_be_chance_and_of_few_answers_p99_is_the_slowest() {
    let system = shop();
    let about = about(&system);
    let measured = measured(turns(810.0, 5.0), turns(10.0, 5.0));
    for (lang, many, few) in [
        (Lang::En, "one of 10 comparisons", "4; p99 of fewer"),
        (Lang::Es, "una de cada 10 comparaciones", "4; con menos"),
    ] {
        let found = about.found(&measured, &MACHINE, lang);
        let limit = &found.limits[0];
        assert!(limit.contains(many) && limit.contains("17"), "{limit}");
        let mut facts = found.setting.iter().map(|(_, fact)| fact);
        assert!(facts.any(|fact| fact.starts_with(few)), "{few}");
    }
}

#[test]
fn whether_events_arrived_is_told_of_those_of_the_slow_consumer_and_what_was_late_of_all() {
    let system = shop();
    let about = about(&system);
    let mut measured = measured(turns(810.0, 5.0), turns(10.0, 5.0));
    let told = |measured: &Measured| about.findings(measured, Lang::En).join("\n");
    assert!(!told(&measured).contains("A round began"));
    measured.settled(Way::Guarded, false);
    measured.settled(Way::Lagging, true);
    assert!(told(&measured).contains("and arrived once it was quick again"));
    assert!(told(&measured).contains("A round began once while"));
    measured.settled(Way::Lagging, false);
    assert!(told(&measured).contains("and some still waited"));
    assert!(told(&measured).contains("A round began 2 times while"));
}
