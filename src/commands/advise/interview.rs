//! Asks on the terminal for the answers that no flag gave, in the language of the user. Called by `advise.rs`.
//!
//! Questions go to stderr, so that the advice alone is on stdout. Enter is for what is not known; an answer is taken as it
//! is shown, by its number, as a flag has it, or as yes or no where that says which.

use std::io::{self, BufRead, Write};

use anyhow::{Context, anyhow};

use crate::advice::{self, Answer, Answers, Question};
use crate::commands::{Failure, warn};
use crate::diagnostic::nearest;
use crate::lang::Lang;

/// More people than any one system has; see `--team`.
const MOST_PEOPLE: u32 = 100_000;

/// Asks every question that has no answer yet.
///
/// # Errors
/// When the input ends.
pub(super) fn ask(answers: &mut Answers, lang: Lang) -> Result<(), Failure> {
    let words = advice::interview(lang);
    warn(words.opening);
    let unknown = answers.unknown();
    let mut lines = io::stdin().lock();
    for (index, question) in unknown.iter().enumerate() {
        let prompt = format!(
            "{}/{} {}",
            index + 1,
            unknown.len(),
            prompt(*question, lang)
        );
        loop {
            let mut out = anstream::stderr();
            write!(out, "{prompt}").and_then(|()| out.flush()).ok();
            let mut line = Vec::new();
            let length = lines.read_until(b'\n', &mut line);
            if length.context("can't read the answer")? == 0 {
                writeln!(out).ok();
                return Err(anyhow!("{}\n{}", words.ended, again(answers, lang)).into());
            }
            let line = String::from_utf8_lossy(&line);
            match read(*question, line.trim(), answers, lang) {
                Ok(None) => break,
                Ok(Some(answer)) => {
                    answers.set(answer);
                    break;
                }
                Err(trouble) => warn(&format!("  {trouble}")),
            }
        }
    }
    // The advice on stdout stands apart from the questions.
    writeln!(anstream::stderr()).ok();
    Ok(())
}

/// The command that gives these answers without being asked.
pub(super) fn again(answers: &Answers, lang: Lang) -> String {
    let flags = answers.flags();
    let space = if flags.is_empty() { "" } else { " " };
    format!(
        "{} microkit advise{space}{flags} --no-questions",
        advice::interview(lang).again
    )
}

/// The question, why it is asked, and `1 moving, 2 simple, 3 known [not known]: `, a line each.
fn prompt(question: Question, lang: Lang) -> String {
    let words = advice::interview(lang);
    let asked = advice::asked(question, lang);
    let choices = match question.is_number() {
        true => words.a_number.to_owned(),
        false => {
            let labels = labels(question, lang).into_iter().enumerate();
            let labels = labels.map(|(index, label)| format!("{} {label}", index + 1));
            labels.collect::<Vec<_>>().join(", ")
        }
    };
    format!(
        "{}\n    ({})\n    {choices} [{}]: ",
        asked.ask, asked.why, words.not_known
    )
}

fn labels(question: Question, lang: Lang) -> Vec<String> {
    let choices = question.choices().into_iter();
    choices.map(|answer| advice::label(answer, lang)).collect()
}

/// What was typed; nothing if it is not known.
fn read(
    question: Question,
    typed: &str,
    answers: &Answers,
    lang: Lang,
) -> Result<Option<Answer>, String> {
    let words = advice::interview(lang);
    if typed.is_empty() {
        return Ok(None);
    }
    let answer = match question.is_number() {
        true => number(question, typed).ok_or_else(|| words.a_number.to_owned())?,
        false => choice(question, typed, lang)?,
    };
    match answers.with(answer).contradiction() {
        Some(_) => Err(words.more_teams.to_owned()),
        None => Ok(Some(answer)),
    }
}

fn number(question: Question, typed: &str) -> Option<Answer> {
    let number = typed.parse().ok()?;
    let kind = match question {
        Question::Teams => Answer::Teams,
        _ => Answer::Team,
    };
    (1..=MOST_PEOPLE).contains(&number).then(|| kind(number))
}

fn choice(question: Question, typed: &str, lang: Lang) -> Result<Answer, String> {
    let words = advice::interview(lang);
    let typed = typed.to_lowercase();
    let is_meant = |answer: &Answer| {
        let label = advice::label(*answer, lang);
        label == typed || answer.value() == typed
    };
    let choices = question.choices();
    let numbered = typed.parse::<usize>().ok();
    let numbered = numbered.and_then(|number| choices.get(number.checked_sub(1)?));
    let meant = choices.iter().find(|answer| is_meant(answer));
    if let Some(answer) = meant.or(numbered).or(yes_or_no(&choices, &typed, lang)) {
        return Ok(*answer);
    }
    let labels = labels(question, lang);
    let near = nearest(&typed, labels.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| {
        format!("; {} {near}?", words.did_you_mean)
    });
    Err(format!("{} {}{near}", words.one_of, labels.join(", ")))
}

/// What yes or no stands for where parts are alike or not: no for the first choice, yes if there is but one other.
fn yes_or_no<'a>(choices: &'a [Answer], typed: &str, lang: Lang) -> Option<&'a Answer> {
    let words = advice::interview(lang);
    let differs = [Question::Scaling, Question::Technology, Question::Releases];
    match choices {
        [first, ..] if !differs.contains(&first.question()) => None,
        [first, ..] if words.no.contains(&typed) => Some(first),
        [_, second] if words.yes.contains(&typed) => Some(second),
        _ => None,
    }
}
