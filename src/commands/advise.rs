//! `microkit advise`: one process or many, by the lesson's criteria and by what the manifest shows. Called by `cli.rs`.
//!
//! Flags give the answers, `advise/interview.rs` asks for the others on a terminal. Read `advice/` next for how they are
//! weighed.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::advice::{
    self, Answer, Answers, Consistency, Contradiction, Domain, Facts, Operations, Releases,
    Scaling, Stage, Technology,
};
use crate::diagnostic::{nearest, quoted};
use crate::lang::Lang;
use crate::system::{ServiceName, System};

use super::manifest;
use super::{Failure, Trouble, ask, language, say};

mod interview;

/// One process or many? Answers nine questions, says which shape fits and why
#[derive(Debug, clap::Args)]
#[command(after_help = "\
On a terminal it asks for what no flag answers; elsewhere that counts as not known. In a workspace
it also looks at the manifest: who waits for whom, and which service to take out first.

Examples:
  microkit advise
  microkit advise --team 4 --domain moving --stage mvp --operations none
  microkit advise --team 12 --teams 3 --operations some --scales payment-service --format json")]
pub struct Args {
    /// How many people build the system
    #[arg(long, value_name = "PEOPLE", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    team: Option<u32>,
    /// In how many teams they are
    #[arg(long, value_name = "TEAMS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    teams: Option<u32>,
    /// Whether the domain is complex, and its borders known
    #[arg(long, value_enum)]
    domain: Option<Domain>,
    /// Whether parts have to scale differently
    #[arg(long, value_enum)]
    scaling: Option<Scaling>,
    /// The services that have to scale differently
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    scales: Vec<String>,
    /// Whether a part needs another language or runtime
    #[arg(long, value_enum)]
    technology: Option<Technology>,
    /// How much experience with operations there is
    #[arg(long, value_enum)]
    operations: Option<Operations>,
    /// How far the product is
    #[arg(long, value_enum)]
    stage: Option<Stage>,
    /// Whether parts have to be released without each other
    #[arg(long, value_enum)]
    releases: Option<Releases>,
    /// Whether changes of several parts need transactions
    #[arg(long, value_enum)]
    consistency: Option<Consistency>,
    /// Ask nothing, also on a terminal
    #[arg(long)]
    no_questions: bool,
    /// The manifest; without this the microkit.toml of this folder or the nearest above, if there is one
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// How to tell the advice
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The language of questions and advice; without this that of the locale, if it is one of these
    #[arg(long, value_enum, ignore_case = true)]
    lang: Option<Lang>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// # Errors
/// When the manifest can't be read or has mistakes, answers contradict each other, a service is named that there is not,
/// or the interview is broken off.
pub fn run(args: Args) -> Result<(), Failure> {
    let path = args.manifest.clone().or_else(|| manifest::locate().ok());
    let loaded = path.map(|path| manifest::load(&path)).transpose()?;
    let system = loaded.as_ref().map(|loaded| &loaded.system);
    let mut answers = answers(&args, system)?;
    let lang = language(args.lang);
    let asks = !args.no_questions && !answers.unknown().is_empty() && ask::possible();
    if asks {
        interview::ask(&mut answers, lang)?;
    } else if !args.no_questions && loaded.is_none() && answers.flags().is_empty() {
        super::warn(advice::interview(lang).nobody);
    }
    let facts = loaded.map(|loaded| Facts::of(&loaded.document, &loaded.system));
    let advice = advice::advise(&answers, facts.as_ref());
    say(&match args.format {
        Format::Text => advice::text(&advice, lang),
        Format::Json => advice::json(&advice, lang),
    })?;
    if asks {
        super::warn(&interview::again(&answers, lang));
    }
    Ok(())
}

/// What the flags answer.
fn answers(args: &Args, system: Option<&System>) -> Result<Answers, Failure> {
    let mut answers = Answers::default();
    let given = [
        args.team.map(Answer::Team),
        args.teams.map(Answer::Teams),
        args.domain.map(Answer::Domain),
        args.scaling.map(Answer::Scaling),
        args.technology.map(Answer::Technology),
        args.operations.map(Answer::Operations),
        args.stage.map(Answer::Stage),
        args.releases.map(Answer::Releases),
        args.consistency.map(Answer::Consistency),
    ];
    for answer in given.into_iter().flatten() {
        answers.set(answer);
    }
    answers.scales = scales(&args.scales, system)?;
    match answers.contradiction() {
        Some(Contradiction::MoreTeamsThanPeople { teams, people }) => Err(wrong(
            format!("{teams} teams can't be made of {people} people"),
            "`--team` is how many people there are, `--teams` how many teams they form",
        )),
        Some(Contradiction::ScalesTheSame) => Err(wrong(
            "`--scaling same` and `--scales` contradict each other".to_owned(),
            "leave one of them out",
        )),
        None => {
            // Names say more than a count does.
            match (answers.scales.len(), args.scaling) {
                (0, _) | (1, Some(_)) => {}
                (1, None) => answers.set(Answer::Scaling(Scaling::One)),
                _ => answers.set(Answer::Scaling(Scaling::Several)),
            }
            Ok(answers)
        }
    }
}

/// The services that are named, each once; in a workspace they have to be there.
fn scales(names: &[String], system: Option<&System>) -> Result<Vec<String>, Failure> {
    let mut known: Vec<String> = Vec::new();
    for name in names {
        if let Some(system) = system {
            let mut there = system.services.iter().map(|service| service.name.as_str());
            if !there.clone().any(|other| other == name) {
                let help = match nearest(name, there.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there is {}", there.by_ref().collect::<Vec<_>>().join(", ")),
                };
                return Err(wrong(
                    format!("there is no service {}", quoted(name)),
                    &help,
                ));
            }
        } else if ServiceName::parse(name).is_err() {
            return Err(wrong(
                format!("{} is no name of a service", quoted(name)),
                "such names are in kebab case, like `order-service`",
            ));
        }
        if !known.contains(name) {
            known.push(name.clone());
        }
    }
    Ok(known)
}

fn wrong(message: String, help: &str) -> Failure {
    Failure::Usage(Trouble {
        message,
        help: help.to_owned(),
    })
}
