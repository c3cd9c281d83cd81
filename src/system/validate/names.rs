//! Why a name is refused, said so that the reader knows a better one, and names that are too much alike.
//!
//! Called by the other files of `validate/` for every name in the manifest.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::system::name::NameError;
use crate::system::{EventName, ServiceName};

/// A name as written.
pub(super) struct Named<'n> {
    /// What it names, for messages: `service`.
    pub what: &'n str,
    pub text: &'n str,
    pub place: Range<usize>,
}

impl Checker<'_> {
    /// Parses a name. `sibling` gives the place of another name of the same kind, should the nearest right form of
    /// this one be taken.
    pub(super) fn name<T>(
        &mut self,
        named: &Named<'_>,
        parse: impl Fn(&str) -> Result<T, NameError>,
        sibling: impl Fn(&str) -> Option<Range<usize>>,
    ) -> Option<T> {
        let error = match parse(named.text) {
            Ok(name) => return Some(name),
            Err(error) => error,
        };
        let taken = match &error {
            NameError::Malformed { instead, .. } => instead.as_deref().and_then(sibling),
            _ => None,
        };
        self.found.push(match taken {
            Some(other) => same(named, other),
            None => refused(named, error),
        });
        None
    }

    /// Reports names that differ as text but give the same Rust identifier.
    pub(super) fn same_names<'n>(
        &mut self,
        what: &str,
        names: impl Iterator<Item = (String, &'n str, Range<usize>)>,
    ) {
        let mut seen: BTreeMap<String, Range<usize>> = BTreeMap::new();
        for (identifier, text, place) in names {
            match seen.get(&identifier) {
                Some(first) => self
                    .found
                    .push(same(&Named { what, text, place }, first.clone())),
                None => {
                    seen.insert(identifier, place);
                }
            }
        }
    }

    pub(super) fn service_names(&mut self) {
        let document = self.document;
        let names = self.manifest.services.keys().filter_map(|text| {
            let name = ServiceName::parse(text).ok()?;
            let place = document.key_span(&["services", text]);
            Some((name.type_name(), text.as_str(), place))
        });
        self.same_names("service", names);
    }

    pub(super) fn event_names(&mut self) {
        let document = self.document;
        let names = self.manifest.events.keys().filter_map(|text| {
            let name = EventName::parse(text).ok()?;
            let place = document.key_span(&["events", text]);
            Some((name.type_name(), text.as_str(), place))
        });
        self.same_names("event", names);
    }
}

fn same(named: &Named<'_>, first: Range<usize>) -> Diagnostic {
    let Named { what, text, place } = named;
    let message = format!("the {what} {} can't be told from another one", quoted(text));
    Diagnostic::error(Code::SameName, message)
        .at(place.clone(), "in Rust this gives the same name …")
        .at(first, "… as this")
        .help("rename one of the two, or remove it")
}

fn refused(named: &Named<'_>, error: NameError) -> Diagnostic {
    let Named { what, text, place } = named;
    let message = format!(
        "{} can't be the name of {} {what}",
        quoted(text),
        article(what)
    );
    let (code, help) = match &error {
        NameError::Malformed { instead, .. } => (
            Code::MalformedName,
            instead.as_ref().map(|name| format!("call it `{name}`")),
        ),
        NameError::TooLong(_) => (Code::LongName, Some("shorten it".to_owned())),
        NameError::Keyword => (Code::KeywordName, another(named)),
        NameError::Toolchain => (Code::ToolchainName, another(named)),
        NameError::WindowsDevice => (Code::WindowsName, another(named)),
        NameError::Workspace(_) if *what == "field" => (
            Code::TakenFieldName,
            Some("leave it out, or call yours something like `number`".to_owned()),
        ),
        NameError::Workspace(_) => (Code::WorkspaceName, another(named)),
        NameError::ThirdParty => (Code::ThirdPartyName, another(named)),
    };
    Diagnostic::error(code, message)
        .at(place.clone(), error.to_string())
        .maybe_help(help)
}

fn another(named: &Named<'_>) -> Option<String> {
    let text = named.text;
    let better = match named.what {
        "service" => format!("{}-service", text.trim_end_matches("-database")),
        "field" => format!("{text}_value"),
        "resource" => format!("{text}-entry"),
        _ => format!("my-{text}"),
    };
    Some(format!("call it `{better}`, say"))
}

fn article(what: &str) -> &'static str {
    match what.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => "an",
        false => "a",
    }
}
