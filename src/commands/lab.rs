//! `microkit lab`: experiments on the workspace that one stands in. Each says what it does, asks what is expected, runs the
//! system, and shows the figures. Called by `cli.rs`.
//!
//! Read `lab/bench.rs` for what an experiment works with, then `lab/latency.rs` for one of them; what is sent and what the
//! figures say is pure, in `lab/` of the library.

mod bench;
mod broker;
mod client;
mod coupling;
mod delivery;
mod dialogue;
mod isolation;
mod latency;
mod load;
pub mod naive;
mod prepare;
mod process;
mod proxy;
mod queue;
mod rig;
mod scaling;
mod steady;
mod stock;
mod tap;
mod volley;

use std::env;
use std::time::Duration;

use crate::diagnostic::{nearest, quoted};
use crate::lab::Lab;
use crate::lab::chart::Ink;
use crate::lab::page::page;
use crate::lab::question::{Asked, Question};
use crate::lab::report::{Found, Report};
use crate::lab::text::{Terminal, text, wrapped};
use crate::lang::Lang;
use crate::system::System;

use super::{Failure, Trouble, language, manifest, say, warn};
use bench::{Bench, Place};

/// Try on your own system what is said of microservices
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A lab builds the workspace, runs it on free ports with data of its own, and leaves nothing running. Figures are of this
machine at this moment: rounds are taken in turn, and where they overlap no difference is seen.

Examples:
  microkit lab                       # which there are
  microkit lab latency               # asks what you expect, then measures
  microkit lab scaling --expect b --quick")]
pub struct Args {
    /// Which one; without it all are listed
    name: Option<String>,
    /// What you expect, as the letter of the answer; without it you are asked, if there is a terminal
    #[arg(long, value_name = "ANSWER")]
    expect: Option<String>,
    /// Shorter rounds: within seconds, and less exact
    #[arg(long)]
    quick: bool,
    /// Build with optimizations, and measure that
    #[arg(long)]
    release: bool,
    /// The language; without this that of the locale, if it is one of these
    #[arg(long, value_enum, ignore_case = true)]
    lang: Option<Lang>,
}

/// One lab on one system.
trait Experiment {
    /// What it will do, in a few sentences.
    fn intro(&self, lang: Lang) -> String;

    /// How long that takes once everything is built.
    fn time(&self, quick: bool) -> Duration;

    /// What is asked before.
    fn question(&self, lang: Lang) -> Question;

    /// Runs it, and leaves nothing running.
    ///
    /// # Errors
    /// When the system does not start, or does not take what is sent.
    fn run(&self, bench: &Bench, progress: &Progress, lang: Lang) -> Result<Found, Failure>;
}

/// Says how far a lab has come.
struct Progress {
    lang: Lang,
}

impl Progress {
    /// A round of so many begins.
    fn round(&self, round: usize, of: usize) {
        warn(&match self.lang {
            Lang::En => format!("round {round} of {of}"),
            Lang::Es => format!("ronda {round} de {of}"),
        });
    }
}

/// # Errors
/// When there is no such lab or no workspace, when the workspace does not build, or its system does not do what is
/// measured.
pub fn run(args: Args) -> Result<(), Failure> {
    let lang = language(args.lang);
    let Some(name) = &args.name else {
        return say(&list(manifest::locate().is_ok(), lang));
    };
    let lab = Lab::parse(name).ok_or_else(|| unknown(name, lang))?;
    let loaded = manifest::load(&manifest::locate()?)?;
    let experiment = experiment(lab, &loaded.system)?;
    let terminal = terminal();
    let shown = |text: &str| wrapped(text, terminal);
    let question = experiment.question(lang);
    let stated = args.expect.as_deref();
    let stated = stated
        .map(|answer| dialogue::stated(&question, answer, lang))
        .transpose()?;
    warn(shown(&opening(&*experiment, args.quick, lang)).trim_end());
    let expected = stated.or_else(|| dialogue::asked(&question, shown, lang));
    let place = Place::take(loaded.root())?;
    let bench = Bench::build(&loaded, &place, args.release, args.quick)?;
    let found = experiment.run(&bench, &Progress { lang }, lang)?;
    let report = Report {
        lab,
        lang,
        system: loaded.system.name.to_string(),
        asked: Asked { question, expected },
        found,
    };
    let path = place.write(lab, &page(&report))?;
    let shown = match lang {
        Lang::En => format!("The same as a page: {}", path.display()),
        Lang::Es => format!("Lo mismo como página: {}", path.display()),
    };
    say(&format!("{}\n{shown}\n", text(&report, terminal)))
}

fn experiment(lab: Lab, system: &System) -> Result<Box<dyn Experiment + '_>, Failure> {
    Ok(match lab {
        Lab::Latency => Box::new(latency::lab(system)?),
        Lab::Isolation => Box::new(isolation::lab(system)?),
        Lab::Coupling => Box::new(coupling::lab(system)?),
        Lab::Scaling => Box::new(scaling::lab(system)?),
        Lab::Delivery => Box::new(delivery::lab(system)?),
    })
}

/// What will happen, and for how long.
fn opening(experiment: &dyn Experiment, quick: bool, lang: Lang) -> String {
    let seconds = experiment.time(quick).as_secs();
    let intro = experiment.intro(lang);
    match lang {
        Lang::En => format!(
            "{intro}\nIt takes about {seconds} s once everything for it is built (minutes, if it never was). Free ports and data \
             of its own are used, and nothing is left running."
        ),
        Lang::Es => format!(
            "{intro}\nTarda unos {seconds} s una vez compilado lo que necesita (minutos, si nunca se compiló). Usa puertos libres \
             y datos propios, y no deja nada en ejecución."
        ),
    }
}

/// Those that there are; `is_here` if one stands in a workspace.
fn list(is_here: bool, lang: Lang) -> String {
    let width = Lab::ALL.iter().map(|lab| lab.name().len()).max();
    let width = width.unwrap_or(0);
    let line = |lab: &Lab| format!("  {:width$}  {}\n", lab.name(), lab.line(lang));
    let lines: String = Lab::ALL.iter().map(line).collect();
    let head = match is_here {
        true => lang.either(
            "Experiments on the workspace you stand in:",
            "Experimentos con el workspace en el que estás:",
        ),
        false => lang.either(
            "Experiments on a workspace; there is none here:",
            "Experimentos con un workspace; aquí no hay ninguno:",
        ),
    };
    let end = lang.either(
        "`microkit lab NAME` runs one.",
        "`microkit lab NOMBRE` ejecuta uno.",
    );
    format!("{head}\n\n{lines}\n{end}\n")
}

fn unknown(name: &str, lang: Lang) -> Failure {
    let labs = Lab::ALL.iter().flat_map(|lab| lab.names());
    let help = match (nearest(name, labs), lang) {
        (Some(near), Lang::En) => format!("did you mean `{near}`? `microkit lab` lists them all"),
        (Some(near), Lang::Es) => {
            format!("¿querías decir `{near}`? `microkit lab` los enumera todos")
        }
        (None, Lang::En) => "`microkit lab` lists them all".to_owned(),
        (None, Lang::Es) => "`microkit lab` los enumera todos".to_owned(),
    };
    let name = quoted(name);
    let message = lang.either(
        format!("there is no lab {name}"),
        format!("no hay ningún experimento {name}"),
    );
    Failure::Usage(Trouble { message, help })
}

/// What the report is written to.
fn terminal() -> Terminal {
    let variables = ["LC_ALL", "LC_CTYPE", "LANG"].map(|name| env::var(name).ok());
    let locale = variables
        .into_iter()
        .flatten()
        .find(|value| !value.is_empty());
    let locale = locale.unwrap_or_default().to_lowercase();
    let speaks_unicode = locale.contains("utf-8") || locale.contains("utf8");
    Terminal {
        width: width().unwrap_or(80),
        ink: match speaks_unicode || cfg!(windows) {
            true => Ink::Unicode,
            false => Ink::Ascii,
        },
    }
}

/// The columns of the terminal that stdout is, if it is one.
#[cfg(unix)]
fn width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn width() -> Option<usize> {
    None
}
