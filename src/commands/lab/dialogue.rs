//! Asks on the terminal what the learner expects, before anything is measured.

use std::io::{self, BufRead, Write};

use crate::lab::question::Question;
use crate::lang::Lang;

use super::super::{Failure, Trouble, ask};

/// What is expected: by the option, or else by who sits at the terminal. `None` if nobody says.
///
/// # Errors
/// When the option is none of the answers.
pub(super) fn expectation(
    question: &Question,
    option: Option<&str>,
    shown: impl Fn(&str) -> String,
    lang: Lang,
) -> Result<Option<usize>, Failure> {
    match option {
        Some(answer) => read(question, answer, lang).map(Some),
        None if ask::possible() => Ok(asked(question, shown, lang)),
        None => Ok(None),
    }
}

/// # Errors
/// When it is none of the answers.
fn read(question: &Question, answer: &str, lang: Lang) -> Result<usize, Failure> {
    question.parse(answer).ok_or_else(|| {
        let last = question.last();
        Failure::Usage(Trouble {
            message: match lang {
                Lang::En => {
                    format!("`--expect {answer}` is none of the answers, which are a to {last}")
                }
                Lang::Es => format!(
                    "`--expect {answer}` no es ninguna de las respuestas, que van de a a {last}"
                ),
            },
            help: question.shown().trim_end().to_owned(),
        })
    })
}

/// Asks until an answer can be read. An empty line, or the end of the input, is none.
fn asked(question: &Question, shown: impl Fn(&str) -> String, lang: Lang) -> Option<usize> {
    let mut out = anstream::stderr();
    let last = question.last();
    let prompt = match lang {
        Lang::En => format!("What do you expect? [a-{last}, Enter for no answer]: "),
        Lang::Es => format!("¿Qué esperas? [a-{last}, Intro para no responder]: "),
    };
    let again = match lang {
        Lang::En => format!("  one letter from a to {last}, please"),
        Lang::Es => format!("  una letra de la a a la {last}, por favor"),
    };
    // Whoever can't read the question doesn't answer it.
    write!(out, "\n{}", shown(&question.shown())).ok();
    let mut lines = io::stdin().lock();
    loop {
        write!(out, "{}", shown(&prompt).trim_end_matches('\n'))
            .and_then(|()| write!(out, " "))
            .and_then(|()| out.flush())
            .ok();
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            return None;
        }
        match question.parse(&line) {
            Some(index) => return Some(index),
            None => writeln!(out, "{}", shown(&again).trim_end()).unwrap_or_default(),
        }
    }
}
