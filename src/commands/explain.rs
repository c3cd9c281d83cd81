//! `microkit explain`: tells the whole story of a code that a diagnostic showed.
//!
//! Called by `cli.rs`. The pages are in `diagnostic/explanations/`.

use super::{Failure, Trouble, say};
use crate::diagnostic::{Code, nearest, quoted};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code, such as MK0203; without it all codes are listed
    code: Option<String>,
}

/// # Errors
/// When there is no such code.
pub fn run(args: Args) -> Result<(), Failure> {
    match args.code {
        None => say(&list()),
        Some(text) => match Code::parse(&text) {
            Some(code) => say(code.explanation()),
            None => Err(unknown(&text)),
        },
    }
}

fn list() -> String {
    let line = |code: &Code| format!("{code}  {}\n", code.title());
    Code::ALL.iter().map(line).collect()
}

fn unknown(text: &str) -> Failure {
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let help = match nearest(text, codes) {
        Some(near) => format!("did you mean `{near}`? `microkit explain` lists them all"),
        None => "`microkit explain` lists all codes".to_owned(),
    };
    Failure::Usage(Trouble {
        message: format!("there is no code {}", quoted(text)),
        help,
    })
}
