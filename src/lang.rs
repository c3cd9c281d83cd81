//! The language that microkit speaks where it can speak more than one.
//!
//! Commands take it from `--lang` or, by `Lang::of_locale`, from the user's locale; `graph/words.rs` has the words.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Lang {
    /// English
    #[default]
    En,
    /// Spanish
    Es,
}

impl Lang {
    /// Of two texts that say the same the one in this language.
    pub fn either<T>(self, english: T, spanish: T) -> T {
        match self {
            Self::En => english,
            Self::Es => spanish,
        }
    }

    /// The language of a locale, which POSIX reads from `LC_ALL`, `LC_MESSAGES` and `LANG`: the first of them that is
    /// set and not empty.
    pub fn of_locale(variables: [Option<&str>; 3]) -> Self {
        let set = |value: &Option<&str>| value.is_some_and(|text| !text.is_empty());
        let locale = variables.into_iter().find(set).flatten().unwrap_or("");
        let language = locale.split(['_', '.', '@', '-']).next().unwrap_or("");
        match language.eq_ignore_ascii_case("es") {
            true => Self::Es,
            false => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_first_variable_that_is_set_and_not_empty_decides() {
        let of = Lang::of_locale;
        assert_eq!(of([Some("es_MX.UTF-8"), Some("C"), Some("C")]), Lang::Es);
        assert_eq!(of([Some("C"), None, Some("es_ES.UTF-8")]), Lang::En);
        assert_eq!(of([Some(""), Some("es"), Some("en_GB")]), Lang::Es);
        assert_eq!(of([None, None, Some("es@euro")]), Lang::Es);
        assert_eq!(of([None, None, None]), Lang::En);
    }

    #[test]
    fn a_language_that_only_begins_like_spanish_is_not_spanish() {
        assert_eq!(Lang::of_locale([Some("est_EE"), None, None]), Lang::En);
    }
}
