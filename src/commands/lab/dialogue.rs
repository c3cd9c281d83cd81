//! Asks on the terminal what the learner expects, before anything is measured.

use std::io::{self, BufRead, Write};

use crate::diagnostic::quoted;
use crate::lab::question::Question;
use crate::lang::Lang;

use super::super::{Failure, Trouble, ask};

/// The answer that a command line gives.
///
/// # Errors
/// When it is none of the answers.
pub(super) fn stated(question: &Question, answer: &str, lang: Lang) -> Result<usize, Failure> {
    question.parse(answer).ok_or_else(|| {
        let last = question.last();
        Failure::Usage(Trouble {
            message: match lang {
                Lang::En => format!(
                    "{} is none of the answers, which are `a` to `{last}`",
                    quoted(answer)
                ),
                Lang::Es => format!(
                    "{} no es ninguna de las respuestas, de `a` a `{last}`",
                    quoted(answer)
                ),
            },
            help: question.shown().trim_end().to_owned(),
        })
    })
}

/// The answer of who sits at the terminal, asked until it can be read. An empty line, the end of the input, and nobody to
/// be asked are none.
pub(super) fn asked(
    question: &Question,
    shown: impl Fn(&str) -> String,
    lang: Lang,
) -> Option<usize> {
    if !ask::possible() {
        return None;
    }
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
