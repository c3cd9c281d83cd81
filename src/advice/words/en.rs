//! The words in English.

use super::{Asked, Interview, Words, counted, named};
use crate::advice::{
    Answer, Candidate, Consistency, Domain, EXTRACT_FROM, Finding, Limit, MICROSERVICES_FROM,
    Operations, Question, Releases, Scaling, Shape, Stage, Step, Technology,
};

pub(super) const WORDS: Words = Words {
    shape,
    short_shape,
    score: |score| {
        format!(
            "score {score}; from {EXTRACT_FROM:+} on a service is taken out, \
             from {MICROSERVICES_FROM:+} on it is microservices"
        )
    },
    weight: "weight",
    sum: "sum: above 0 speaks for microservices, below 0 for the monolith",
    manifest: "manifest",
    not_known: "not known",
    counts_nothing: "counts as 0",
    unknown: |count| {
        format!(
            "{} not known: the advice is as good as what is known.",
            counted(count, "answer is", "answers are")
        )
    },
    limit,
    changes: "What would change it:",
    no_changes: |points| match points {
        Some(points) => format!(
            "No other answer to a single question would change it: it is {} away.",
            counted(
                usize::try_from(points).unwrap_or_default(),
                "point",
                "points"
            )
        ),
        None => "No other answer to a single question would change it.".to_owned(),
    },
    extracted: "Taken out already:",
    first: |shape| match shape {
        Shape::Monolith => "If it has to be one day, the first to take out:",
        Shape::Extract => "To take out:",
        Shape::Microservices => "The first to take out:",
    },
    not_first: "Better not first:",
    easier: "Easier to begin with:",
    candidate,
    next: "Now:",
    step,
    why,
    finding,
    asked,
    label,
    interview: Interview {
        opening: "One process or many? Press Enter where you don't know.",
        nobody: "note: there is no terminal to ask on and no flag gives an answer, so this is advice about nothing in particular",
        a_number: "a number from 1 on",
        one_of: "that is none of the choices:",
        more_teams: "there can't be more teams than people",
        did_you_mean: "did you mean",
        not_known: "not known",
        again: "The same without questions:",
        yes: &["yes", "y"],
        no: &["no", "n"],
        ended: "the interview ended before its last question",
    },
};

fn shape(shape: Shape, taken_out: usize) -> String {
    match shape {
        Shape::Monolith => "Stay with one process: a modular monolith.".to_owned(),
        Shape::Extract => format!(
            "A modular monolith with {} taken out{}.",
            counted(taken_out, "service", "services"),
            if taken_out > 1 {
                ", one after the other"
            } else {
                ""
            }
        ),
        Shape::Microservices => {
            "Microservices, reached from the modular monolith one service at a time.".to_owned()
        }
    }
}

fn short_shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Monolith => "a modular monolith",
        Shape::Extract => "a modular monolith with a service taken out",
        Shape::Microservices => "microservices",
    }
}

fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::NoNeed => {
            "The score alone would give more. But no part is known to scale, to be built or to be released \
             differently, so more processes would win nothing."
        }
        Limit::NoOperations => {
            "The score alone would give microservices. But nobody is known to have operated anything like them, so \
             begin with a first step and learn from it."
        }
        Limit::OneService => {
            "The score alone would give more. But there is only one service: nothing can be taken out of it."
        }
    }
}

fn candidate(one: &Candidate) -> String {
    let callers = match one.callers.len() {
        0 => "nobody waits for it".to_owned(),
        1 => format!("1 service waits for it{}", named(&one.callers)),
        count => format!("{count} services wait for it{}", named(&one.callers)),
    };
    let calls = match one.calls.len() {
        0 => "it waits for nobody".to_owned(),
        count => format!(
            "it waits for {}{}",
            counted(count, "service", "services"),
            named(&one.calls)
        ),
    };
    let mut parts = vec![callers, calls];
    if one.in_circle {
        parts.insert(0, "calls lead from it back to itself".to_owned());
    }
    if one.events > 0 {
        parts.push(format!(
            "{} in or out",
            counted(one.events, "event", "events")
        ));
    }
    parts.push(match one.has_data {
        true => "has data of its own".to_owned(),
        false => "has no data of its own".to_owned(),
    });
    parts.join("; ")
}

fn step(step: &Step) -> &'static str {
    match step {
        Step::New => "writes a workspace: a crate for each service, one process for all",
        Step::Run => "starts it all on this machine",
        Step::RunAsMany => "tries each service in a process of its own",
        Step::Check => "shows at their places the ties that the manifest has too many of",
        Step::Extract(_) => "gives it a process of its own, without a change of its code",
        Step::Absorb(_) => "takes it back if it was not worth it",
        Step::Explain => "the reasons, at more length",
    }
}

fn why(answer: Answer) -> &'static str {
    match answer {
        Answer::Team(0..=5) => "so few know all the code; each process would only cost them time",
        Answer::Team(6..=9) => "below 10, running many processes takes more than it gives",
        Answer::Team(10..=50) => "enough to run some services, not too many for one codebase",
        Answer::Team(_) => "above 50, people in one codebase wait for each other",
        Answer::Teams(0..=1) => "one team has nobody to be independent of",
        Answer::Teams(2..=3) => "teams work best on parts that are theirs alone",
        Answer::Teams(_) => "the more teams, the dearer it is to agree on everything",
        Answer::Domain(Domain::Moving) => {
            "moving a border is an edit in one process, a migration between two"
        }
        Answer::Domain(Domain::Simple) => "there is little to divide",
        Answer::Domain(Domain::Known) => "borders that last can carry a network between them",
        Answer::Scaling(Scaling::Same) => "copies of the one process scale just as well",
        Answer::Scaling(Scaling::One) => "that part alone gets more instances",
        Answer::Scaling(Scaling::Several) => "each of them gets the instances that it needs",
        Answer::Technology(Technology::Same) => "speaks neither for one nor for the other",
        Answer::Technology(Technology::Different) => "another runtime is another process",
        Answer::Operations(Operations::None) => {
            "who can't see a distributed system fail can't mend it"
        }
        Answer::Operations(Operations::Some) => "enough for a few processes",
        Answer::Operations(Operations::Strong) => "many processes can be seen and mended",
        Answer::Stage(Stage::Mvp) => "what it will be is not known yet, and speed is everything",
        Answer::Stage(Stage::Growing) => "the time to watch where it hurts",
        Answer::Stage(Stage::Established) => "what it is, is known, and will stay",
        Answer::Releases(Releases::Together) => "one deployment is the simplest one",
        Answer::Releases(Releases::Independent) => {
            "only a process of its own is deployed on its own"
        }
        Answer::Consistency(Consistency::Transactions) => {
            "one database commits at once; across services it takes sagas"
        }
        Answer::Consistency(Consistency::Eventual) => "then events can tie the parts together",
    }
}

fn finding(finding: Finding) -> String {
    let services = |count| counted(count, "service", "services");
    match finding {
        Finding::Staffing {
            services: count,
            people,
        } => format!(
            "{} for {}; each wants about three",
            services(count),
            counted(
                usize::try_from(people).unwrap_or(usize::MAX),
                "person",
                "people"
            )
        ),
        Finding::Circles(count) => format!(
            "{}: these services can only work together",
            counted(count, "circle of calls", "circles of calls")
        ),
        Finding::LongChains(count) => format!(
            "{}: each call more adds its latency and its failures",
            counted(
                count,
                "remark on long chains of calls",
                "remarks on long chains of calls"
            )
        ),
        Finding::Hubs(count) => format!(
            "{}: so many others wait for it",
            counted(count, "hub", "hubs")
        ),
        Finding::NothingOwn(count) => format!(
            "{} with nothing of its own, only between others",
            services(count)
        ),
        Finding::Ties { events, calls } => format!(
            "{} and {} between services; only a call makes one wait",
            counted(events, "event", "events"),
            counted(calls, "call", "calls")
        ),
    }
}

fn asked(question: Question) -> Asked {
    let (name, ask, why) = match question {
        Question::Team => (
            "team",
            "How many people build it?",
            "every process wants an owner",
        ),
        Question::Teams => (
            "teams",
            "In how many teams?",
            "a service is for a team that works on its own",
        ),
        Question::Domain => (
            "domain",
            "Is the domain complex, and are its borders known or still moving?",
            "a wrong border is dear between processes",
        ),
        Question::Scaling => (
            "scaling",
            "Do parts have to scale differently?",
            "what scales alone has to run alone",
        ),
        Question::Technology => (
            "technology",
            "Does a part need another language or runtime?",
            "that can't share a process",
        ),
        Question::Operations => (
            "operations",
            "How much experience is there with monitoring and automated deployment?",
            "many processes fail in more ways than one",
        ),
        Question::Stage => (
            "stage",
            "Is it an idea or MVP, a growing product or an established one?",
            "early on everything changes",
        ),
        Question::Releases => (
            "releases",
            "Must parts be released independently?",
            "the strongest reason that teams have",
        ),
        Question::Consistency => (
            "consistency",
            "Do changes across parts need transactions, or may they be eventual?",
            "no transaction spans two services",
        ),
    };
    Asked { name, ask, why }
}

fn label(answer: Answer) -> &'static str {
    match answer {
        Answer::Team(_) | Answer::Teams(_) => "",
        Answer::Domain(Domain::Moving) => "moving",
        Answer::Domain(Domain::Simple) => "simple",
        Answer::Domain(Domain::Known) => "known",
        Answer::Scaling(Scaling::Same) | Answer::Technology(Technology::Same) => "same",
        Answer::Scaling(Scaling::One) => "one",
        Answer::Scaling(Scaling::Several) => "several",
        Answer::Technology(Technology::Different) => "different",
        Answer::Operations(Operations::None) => "none",
        Answer::Operations(Operations::Some) => "some",
        Answer::Operations(Operations::Strong) => "strong",
        Answer::Stage(Stage::Mvp) => "mvp",
        Answer::Stage(Stage::Growing) => "growing",
        Answer::Stage(Stage::Established) => "established",
        Answer::Releases(Releases::Together) => "together",
        Answer::Releases(Releases::Independent) => "independent",
        Answer::Consistency(Consistency::Transactions) => "transactions",
        Answer::Consistency(Consistency::Eventual) => "eventual",
    }
}
