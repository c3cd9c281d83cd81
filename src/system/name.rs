//! Names as types of their own: what passed `parse` can be a crate, a module, a column, a host, a folder.
//!
//! `validate/` parses them, everybody reads them. Which words are taken is in `reserved.rs`.

use std::collections::BTreeSet;
use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::case::{sentence, snake, upper_camel, upper_snake};

use super::reserved;
use super::resource::EnumValue;

/// Why a text is not the name that it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameError {
    /// Wrong characters or wrong case; `instead` is the nearest right form, if there is one.
    Malformed {
        form: &'static str,
        instead: Option<String>,
    },
    /// More characters than this.
    TooLong(usize),
    /// A keyword of Rust that can't be written as a raw identifier here.
    Keyword,
    /// A name that Rust or cargo keeps for itself.
    Toolchain,
    /// A name of a device on Windows.
    WindowsDevice,
    /// A name that the generated workspace uses itself; why.
    Workspace(&'static str),
    /// The name of a package that the generated workspace depends on.
    ThirdParty,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { form, .. } => f.write_str(form),
            Self::TooLong(max) => write!(f, "it must be at most {max} characters long"),
            Self::Keyword => f.write_str("it is a keyword of Rust"),
            Self::Toolchain => f.write_str("Rust and cargo keep this name for themselves"),
            Self::WindowsDevice => f.write_str("it is a device on Windows, not a file name"),
            Self::Workspace(why) => f.write_str(why),
            Self::ThirdParty => {
                f.write_str("it is the name of a library that the generated workspace uses")
            }
        }
    }
}

/// Words of small letters and digits, the first starting with a letter, with `separator` between them.
fn is_words(text: &str, separator: char) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .split(separator)
            .all(|word| !word.is_empty() && word.bytes().all(plain))
}

/// The nearest name of the right form: `My Shop` -> `my-shop`, `Panadería` -> `panaderia`.
fn nearest(text: &str, separator: char) -> Option<String> {
    let bare = text.nfd().filter(|letter| !is_combining_mark(*letter));
    let bare: Vec<char> = bare.take(80).collect();
    let is_other = |letter: &char| !letter.is_ascii() && letter.is_alphabetic();
    // An ñ is no n with an accent.
    if text.nfc().any(|letter| matches!(letter, 'ñ' | 'Ñ')) || bare.iter().any(is_other) {
        // Without its letters the name would be another word.
        return None;
    }
    let mut name = String::new();
    let mut after_small = false;
    for letter in bare {
        if letter.is_ascii_alphanumeric() {
            if letter.is_ascii_uppercase() && after_small {
                name.push(separator);
            }
            name.push(letter.to_ascii_lowercase());
            after_small = !letter.is_ascii_uppercase();
        } else if !name.is_empty() && !name.ends_with(separator) && letter.is_ascii() {
            name.push(separator);
            after_small = false;
        }
    }
    let name = name.trim_matches(separator);
    let name = name.trim_start_matches(|first: char| first.is_ascii_digit() || first == separator);
    is_words(name, separator).then(|| name.to_owned())
}

const KEBAB: &str = "only small letters and digits, words joined by `-`, a letter first";
const SNAKE: &str = "only small letters and digits, words joined by `_`, a letter first";
const DOTTED: &str = "two to four words of small letters and digits, joined by `.`";

fn check(text: &str, separator: char, form: &'static str, max: usize) -> Result<String, NameError> {
    if !is_words(text, separator) {
        return Err(NameError::Malformed {
            form,
            instead: nearest(text, separator).filter(|name| name.len() <= max),
        });
    }
    if text.len() > max {
        return Err(NameError::TooLong(max));
    }
    Ok(text.to_owned())
}

/// The path of a resource: kebab case, at most 32 characters.
pub(super) fn parse_path(text: &str) -> Result<String, NameError> {
    check(text, '-', KEBAB, 32)
}

/// The values of an enum with a Rust variant for each: `in-progress` is `InProgress`. All variants differ.
pub(super) fn variants(values: &[String]) -> Vec<EnumValue> {
    let mut taken = BTreeSet::new();
    values
        .iter()
        .map(|text| {
            let name = variant(text);
            let numbered = (2..).map(|number| format!("{name}{number}"));
            let variant = std::iter::once(name.clone())
                .chain(numbered)
                .find(|name| !taken.contains(name))
                .expect("numbers do not run out");
            taken.insert(variant.clone());
            EnumValue {
                text: text.clone(),
                variant,
            }
        })
        .collect()
}

fn variant(text: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            let starts = !before.is_ascii_alphanumeric()
                || before.is_ascii_lowercase() && letter.is_ascii_uppercase();
            name.push(match starts {
                true => letter.to_ascii_uppercase(),
                false => letter.to_ascii_lowercase(),
            });
        }
        before = letter;
    }
    match name.as_str() {
        "" => "Value".to_owned(),
        "Self" => "SelfValue".to_owned(),
        _ if name.starts_with(|first: char| first.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// The system, `shop`: a folder and a Docker name, in kebab case, at most 40 characters.
    SystemName
}
name! {
    /// A service, `order-service`: package, host, folder, in kebab case, at most 32 characters.
    ServiceName
}
name! {
    /// A resource, `order-item`: types and, in the plural, a URL and a table, in kebab case, at most 28 characters.
    ResourceName
}
name! {
    /// A field, `user_id`: column and JSON member, in snake case, at most 32 characters.
    FieldName
}
name! {
    /// An event, `order.created`: two to four words with dots between them, at most 40 characters.
    EventName
}

impl SystemName {
    /// # Errors
    /// When the text is no such name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = check(text, '-', KEBAB, 40)?;
        match reserved::is_windows_device(&name) {
            true => Err(NameError::WindowsDevice),
            false => Ok(Self(name)),
        }
    }
}

impl ServiceName {
    /// # Errors
    /// When the text is no such name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = check(text, '-', KEBAB, 32)?;
        let krate = name.replace('-', "_");
        if reserved::is_keyword(&name) {
            return Err(NameError::Keyword);
        }
        if reserved::is_toolchain(&krate) {
            return Err(NameError::Toolchain);
        }
        if reserved::is_windows_device(&name) {
            return Err(NameError::WindowsDevice);
        }
        if let Some(why) = reserved::taken_by_workspace(&name) {
            return Err(NameError::Workspace(why));
        }
        if reserved::is_third_party(&krate) {
            return Err(NameError::ThirdParty);
        }
        Ok(Self(name))
    }

    /// The Rust crate: `order_service`.
    pub fn krate(&self) -> String {
        snake(&self.0)
    }

    /// The start of its environment variables: `ORDER_SERVICE`.
    pub fn env(&self) -> String {
        upper_snake(&self.0)
    }

    /// The start of its Rust types: `OrderService`.
    pub fn type_name(&self) -> String {
        upper_camel(&self.0)
    }

    /// For messages: `Order service`.
    pub fn label(&self) -> String {
        sentence(&self.0)
    }
}

impl ResourceName {
    /// # Errors
    /// When the text is no such name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = check(text, '-', KEBAB, 28)?;
        match reserved::is_never_raw(&name) {
            true => Err(NameError::Keyword),
            false => Ok(Self(name)),
        }
    }

    /// `order_item`. It may be a keyword: see `ident`.
    pub fn snake(&self) -> String {
        snake(&self.0)
    }

    /// As a Rust identifier: `order_item`, `r#type`.
    pub fn ident(&self) -> String {
        reserved::ident(&self.snake())
    }

    /// The start of its Rust types: `OrderItem`.
    pub fn type_name(&self) -> String {
        upper_camel(&self.0)
    }

    /// For messages: `Order item`.
    pub fn label(&self) -> String {
        sentence(&self.0)
    }
}

impl FieldName {
    /// # Errors
    /// When the text is no such name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = check(text, '_', SNAKE, 32)?;
        if reserved::is_never_raw(&name) {
            return Err(NameError::Keyword);
        }
        match name.as_str() {
            "id" => Err(NameError::Workspace(
                "every resource and every record of its own has an `id`",
            )),
            _ => Ok(Self(name)),
        }
    }

    /// As a Rust identifier: `user_id`, `r#type`.
    pub fn ident(&self) -> String {
        reserved::ident(&self.0)
    }

    /// `UserId`.
    pub fn type_name(&self) -> String {
        upper_camel(&self.0)
    }
}

impl EventName {
    /// # Errors
    /// When the text is no such name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let right = |text: &str| {
            let words = text.split('.').count();
            (2..=4).contains(&words) && text.split('.').all(|word| is_words(word, '_'))
        };
        if !right(text) {
            return Err(NameError::Malformed {
                form: DOTTED,
                instead: nearest(text, '.').filter(|name| name.len() <= 40 && right(name)),
            });
        }
        match text.len() > 40 {
            true => Err(NameError::TooLong(40)),
            false => Ok(Self(text.to_owned())),
        }
    }

    /// The Rust type: `OrderCreated`.
    pub fn type_name(&self) -> String {
        upper_camel(&self.0)
    }

    /// `order_created`.
    pub fn snake(&self) -> String {
        snake(&self.0)
    }
}
