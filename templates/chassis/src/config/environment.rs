//! The variables of the environment, and what is wrong with them.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

/// Nothing in a service has to wait for longer.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// What the process was started with. An empty variable counts as unset, unless it is a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<String, String>,
    problems: Vec<String>,
}

impl Environment {
    /// The environment of this process. What is no Unicode is left out.
    pub(crate) fn process() -> Self {
        let readable = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::of(readable)
    }

    pub(crate) fn of(variables: impl Iterator<Item = (String, String)>) -> Self {
        Self {
            variables: variables.collect(),
            problems: Vec::new(),
        }
    }

    /// The text of a variable.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = self.variables.get(name).cloned();
        text.filter(|text| !text.is_empty())
    }

    /// The entries of a variable with commas between them. Here an empty one is set: to no entries.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        let entries = self.variables.get(name)?.split(',').map(str::trim);
        let entries = entries.filter(|entry| !entry.is_empty());
        Some(entries.map(str::to_owned).collect())
    }

    /// The text of the file that a variable names. One that can't be read is a problem.
    pub(crate) fn file(&mut self, name: &str) -> Option<String> {
        let path = self.text(name)?;
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) => {
                self.problem(name, &format!("`{path}` can't be read: {error}"));
                None
            }
        }
    }

    /// A variable that has to be `what`; anything else is a problem.
    pub(crate) fn parsed<T: FromStr>(&mut self, name: &str, what: &str) -> Option<T> {
        let text = self.text(name)?;
        let parsed = text.trim().parse().ok();
        if parsed.is_none() {
            self.problem(name, &format!("`{text}` is not {what}"));
        }
        parsed
    }

    /// A duration such as `500ms`, `5s` or `2m`.
    pub(crate) fn duration(&mut self, name: &str, default: Duration) -> Duration {
        let Some(text) = self.text(name) else {
            return default;
        };
        let end = text
            .trim_end_matches(|letter: char| letter.is_ascii_alphabetic())
            .len();
        let (number, unit) = text.split_at(end);
        let number = number.trim().parse::<u64>();
        let duration = match (number, unit) {
            (Ok(number), "ms") => Some(Duration::from_millis(number)),
            (Ok(number), "s") => Some(Duration::from_secs(number)),
            (Ok(number), "m") => Some(Duration::from_secs(number.saturating_mul(60))),
            _ => None,
        };
        let duration = duration.filter(|duration| !duration.is_zero() && *duration <= LONGEST);
        duration.unwrap_or_else(|| {
            let problem =
                format!("`{text}` is not a duration such as 500ms, 5s or 2m, at most 60m");
            self.problem(name, &problem);
            default
        })
    }

    /// Notes what is wrong with a variable, once, however many services of this process read it.
    pub(crate) fn problem(&mut self, name: &str, what: &str) {
        let problem = format!("{name}: {what}");
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// What is wrong, in the order in which it was found.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }
}
