//! `microkit advise`: flags, the manifest, both formats and languages, and the interview on a terminal.

use serde_json::Value;

use crate::support::{Answer, Place};

const SMALL: [&str; 8] = [
    "--team",
    "4",
    "--domain",
    "moving",
    "--stage",
    "mvp",
    "--operations",
    "none",
];

/// The shop's manifest, nothing else.
fn shop() -> Place {
    let place = Place::empty();
    place.write(
        "microkit.toml",
        include_str!("../../templates/examples/shop.toml"),
    );
    place
}

fn advise(place: &Place, arguments: &[&str]) -> Answer {
    place.run(&[&["advise", "--lang", "en"], arguments].concat())
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let arguments = [&["--format", "json"], arguments].concat();
    serde_json::from_str(&advise(place, &arguments).succeeded().out).unwrap()
}

#[test]
fn a_small_team_is_told_to_stay_with_its_monolith_and_why() {
    let answer = advise(&Place::empty(), &SMALL).succeeded();
    let told = "\
Stay with one process: a modular monolith.
(score -15; from +2 on a service is taken out, from +10 on it is microservices)

  weight
      -4  team: 4                 so few know all the code; each process would only cost them time
       0  teams: not known        counts as 0
      -3  domain: moving          moving a border is an edit in one process, a migration between two
       0  scaling: not known      counts as 0
       0  technology: not known   counts as 0
      -5  operations: none        who can't see a distributed system fail can't mend it
      -3  stage: mvp              what it will be is not known yet, and speed is everything
       0  releases: not known     counts as 0
       0  consistency: not known  counts as 0
     -15  sum: above 0 speaks for microservices, below 0 for the monolith

5 answers are not known: the advice is as good as what is known.

No other answer to a single question would change it: it is 17 points away.

Now:
  microkit new NAME             writes a workspace: a crate for each service, one process for all
  microkit run                  starts it all on this machine
  microkit explain when-to-use  the reasons, at more length
";
    assert_eq!(answer.out, told);
}

#[test]
fn without_a_terminal_nothing_is_asked_and_the_answer_says_what_is_not_known() {
    let answer = advise(&Place::empty(), &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.out.starts_with("Stay with one process"),
        "{}",
        answer.out
    );
    assert!(
        answer.out.contains("9 answers are not known"),
        "{}",
        answer.out
    );
    assert!(answer.out.contains("--scaling one "), "{}", answer.out);
    let nothing = "advice about nothing in particular";
    assert!(answer.err.contains(nothing), "{}", answer.err);
    let about_something = [
        advise(&shop(), &[]),
        advise(&Place::empty(), &["--team", "4"]),
        advise(&Place::empty(), &["--no-questions"]),
    ];
    for answer in about_something {
        assert_eq!(answer.succeeded().err, "");
    }
}

#[test]
fn in_a_workspace_it_says_which_service_to_take_out_and_which_not() {
    let place = shop();
    let answer = advise(&place, &["--team", "12", "--scaling", "one"]).succeeded();
    for part in [
        "A modular monolith with 1 service taken out.",
        "0  manifest                3 services for 12 people",
        "1 event and 2 calls between services",
        "To take out:\n  payment-service  nobody waits for it; it waits for 1 service (order-service)",
        "Better not first:\n  order-service  1 service waits for it (payment-service)",
        "  microkit extract payment-service ",
        "  microkit absorb payment-service ",
    ] {
        assert!(
            answer.out.contains(part),
            "{part:?} is not in {}",
            answer.out
        );
    }
    assert!(!answer.out.contains("microkit new"), "{}", answer.out);
    let named = json(&place, &["--team", "12", "--scales", "order-service"]);
    assert_eq!(named["first"][0]["service"], "order-service");
    assert_eq!(named["easier"]["service"], "payment-service");
    assert_eq!(named["reasons"][3]["answer"], "one");
    place.write("other.toml", &place.read("microkit.toml"));
    let elsewhere = advise(&place, &["--manifest", "other.toml"]).succeeded();
    assert!(
        elsewhere.out.contains("payment-service"),
        "{}",
        elsewhere.out
    );
}

#[test]
fn both_languages_say_the_same_shape_and_numbers() {
    let arguments = [
        &SMALL[..],
        &["--releases", "independent", "--format", "json"],
    ]
    .concat();
    let [english, spanish] = ["en", "es"].map(|lang| {
        let answer = shop().run(&[&["advise", "--lang", lang], &arguments[..]].concat());
        serde_json::from_str::<Value>(&answer.succeeded().out).unwrap()
    });
    assert_ne!(english["sentence"], spanish["sentence"]);
    for member in ["shape", "score", "thresholds", "changes"] {
        assert_eq!(english[member], spanish[member]);
    }
    let answer = shop()
        .run(&["advise", "--lang", "es", "--team", "4"])
        .succeeded();
    assert!(
        answer
            .out
            .starts_with("Quédate con un solo proceso: un monolito modular.\n")
            && answer.out.contains("-4  personas: 4 ")
            && answer.out.contains("microkit explain cuando-usar "),
        "{}",
        answer.out
    );
}

#[test]
fn wrong_flags_are_refused_with_a_way_out() {
    let place = shop();
    let cases: [(&[&str], &[&str]); 7] = [
        (&["--domain", "movin"], &["similar value exists: 'moving'"]),
        (
            &["--scalling", "one"],
            &["similar argument exists: '--scaling'"],
        ),
        (&["--team", "0"], &["1..=100000"]),
        (&["--team", "2", "--teams", "3"], &["3 teams", "2 people"]),
        (
            &["--scaling", "same", "--scales", "user-service"],
            &["contradict"],
        ),
        (
            &["--scales", "user-service,order-servce"],
            &["no service `order-servce`", "did you mean `order-service`?"],
        ),
        (&["--manifest", "none.toml"], &["can't read `none.toml`"]),
    ];
    for (arguments, says) in cases {
        let answer = advise(&place, arguments);
        let code = if arguments[0] == "--manifest" { 1 } else { 2 };
        answer.failed(code, says);
    }
    advise(&Place::empty(), &["--scales", "a;b"]).failed(2, &["`a;b` is no name"]);
    place.write("microkit.toml", "[system]\nname = 3\n");
    advise(&place, &[]).failed(2, &["MK0004"]);
}

#[cfg(unix)]
mod on_a_terminal {
    use super::*;
    use crate::support::Terminal;

    fn interviewed(place: &Place, arguments: &[&str], typed: &str) -> Answer {
        let mut command = place.command(&[&["advise"], arguments].concat());
        command.env("NO_COLOR", "1");
        Terminal::new().run(command, typed)
    }

    #[test]
    fn it_asks_what_no_flag_answers_and_again_after_a_wrong_answer() {
        let place = Place::empty();
        // More teams than people, no number, a typing error; Enter is for what is not known.
        let typed = "5\nfew\n2\nmovng\nMoving\n\n\nnone\nmvp\nindependent\n\n";
        let answer = interviewed(&place, &["--lang", "en", "--team", "4"], typed);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        for part in [
            "1/8 In how many teams?\n    (",
            "\n    a number from 1 on [not known]: ",
            "  there can't be more teams than people\n",
            "  a number from 1 on\n",
            "2/8 Is the domain complex, and are its borders known or still moving?\n    (",
            "\n    1 moving, 2 simple, 3 known [not known]: ",
            "that is none of the choices: moving, simple, known; did you mean moving?\n",
            "8/8 Do changes across parts",
        ] {
            assert!(
                answer.err.contains(part),
                "{part:?} is not in {}",
                answer.err
            );
        }
        let told = "3 answers are not known";
        assert!(answer.out.contains(told), "{}", answer.out);
    }

    #[test]
    fn the_same_is_answered_in_spanish_and_the_command_without_questions_agrees() {
        let place = shop();
        let spanish = interviewed(
            &place,
            &["--lang", "es"],
            "12\n3\nconocido\nvarias\nmisma\nmucha\ncrece\nindependientes\neventual\n",
        );
        let english = interviewed(
            &place,
            &["--lang", "en"],
            "12\n3\nknown\nseveral\nsame\nstrong\ngrowing\nindependent\neventual\n",
        );
        assert_eq!((spanish.code, english.code), (Some(0), Some(0)));
        let flags = "--team 12 --teams 3 --domain known --scaling several --technology same \
                     --operations strong --stage growing --releases independent --consistency eventual";
        let asked_nothing = format!("microkit advise {flags} --no-questions\n");
        assert!(spanish.err.contains(&asked_nothing), "{}", spanish.err);
        assert!(english.err.contains(&asked_nothing), "{}", english.err);
        assert!(
            spanish.err.contains("1/9 ¿Cuántas personas"),
            "{}",
            spanish.err
        );
        let flags: Vec<&str> = flags.split(' ').collect();
        assert_eq!(advise(&place, &flags).succeeded().out, english.out);
        assert!(
            english.out.starts_with("Microservices,") && spanish.out.starts_with("Microservicios,"),
            "{}",
            spanish.out
        );
    }

    #[test]
    fn numbers_and_yes_or_no_are_answers_where_they_say_which() {
        for (lang, yes, no, none) in [
            ("en", "yes", "n", "none of the choices: none, some, strong"),
            (
                "es",
                "Sí",
                "no",
                "ninguna de las opciones: ninguna, alguna, mucha",
            ),
        ] {
            // Scaling has two choices beside the first, and experience is no question of yes or no.
            let typed = format!("4\n1\n3\n{yes}\n{no}\n{yes}\n0\n{no}\n2\n4\n1\n{no}\n\n");
            let answer = interviewed(&Place::empty(), &["--lang", lang], &typed);
            assert_eq!(answer.code, Some(0), "{answer:?}");
            assert!(
                answer.err.contains(none),
                "{none:?} is not in {}",
                answer.err
            );
            let flags = "microkit advise --team 4 --teams 1 --domain known --scaling same --technology different \
                         --operations some --stage mvp --releases together --no-questions\n";
            assert!(answer.err.contains(flags), "{}", answer.err);
        }
    }

    #[test]
    fn the_end_of_the_input_ends_it_and_what_was_answered_is_not_lost() {
        let answer = interviewed(&Place::empty(), &["--lang", "en"], "4\n");
        assert_eq!((answer.code, answer.out.as_str()), (Some(1), ""));
        for part in [
            "\nerror: the interview ended before its last question\n",
            "microkit advise --team 4 --no-questions\n",
        ] {
            assert!(
                answer.err.contains(part),
                "{part:?} is not in {}",
                answer.err
            );
        }
    }

    #[test]
    fn it_can_be_told_to_ask_nothing() {
        let answer = interviewed(&Place::empty(), &["--no-questions", "--lang", "en"], "");
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(!answer.err.contains("1/9"), "{}", answer.err);
        assert!(
            answer.out.contains("9 answers are not known"),
            "{}",
            answer.out
        );
    }
}

#[test]
fn every_command_that_is_advised_is_one() {
    let place = shop();
    for flags in [
        &SMALL[..],
        &["--scaling", "one", "--operations", "some"],
        &[
            "--scaling",
            "several",
            "--operations",
            "strong",
            "--team",
            "60",
            "--teams",
            "8",
        ],
    ] {
        let advice = json(&place, flags);
        for step in advice["next"].as_array().unwrap() {
            let command = step["command"].as_str().unwrap();
            let words: Vec<&str> = command.split(' ').skip(1).collect();
            match words.as_slice() {
                ["explain", topic] => drop(place.run(&["explain", topic]).succeeded()),
                [name, ..] => {
                    let help = place.run(&[name, "--help"]).succeeded().out;
                    let options = words.iter().filter(|word| word.starts_with("--"));
                    options.for_each(|option| assert!(help.contains(option), "{command}"));
                }
                [] => panic!("no command: {step}"),
            }
        }
    }
}
