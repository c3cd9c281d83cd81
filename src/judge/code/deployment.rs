//! What `compose.yaml` and its override say of the databases of the services. Called by `compose.rs`.
//!
//! Variables of `.env` are not known here: two URLs are one if they are written alike but for who asks.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde_saphyr::Spanned;

use crate::diagnostic::Source;
use crate::system::Service;

/// In the order in which Compose reads them: the later one wins.
const FILES: [&str; 2] = ["compose.yaml", "compose.override.yaml"];
/// The container of the services that share a process.
const TOGETHER: &str = "monolith";

/// A service as it is deployed.
pub(super) struct Deployed<'a> {
    pub kept: Option<Kept>,
    /// Where the files say so, if they do.
    pub place: Option<(&'a Source, Range<usize>)>,
    /// Of its own container.
    pub mounts: Vec<Mount<'a>>,
}

pub(super) struct Mount<'a> {
    pub volume: String,
    target: String,
    pub source: &'a Source,
    pub place: Range<usize>,
}

/// Where the data of a service is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A database of a server.
    Database { server: String, name: String },
    /// A file in a volume, or in a container.
    File { volume: String, path: String },
    /// What a variable says.
    Somewhere(String),
}

impl Kept {
    pub fn is_in(&self, other: &str) -> bool {
        matches!(self, Self::File { volume, .. } if volume == other)
    }

    pub fn is_named_after(&self, service: &Service) -> bool {
        match self {
            Self::Database { server, name } => {
                let role = service.name.as_str().replace('-', "_");
                let host = server.split(':').next();
                *name == role || host == Some(&format!("{}-database", service.name))
            }
            Self::File { path, .. } => path.ends_with(&format!("/{}.db", service.name)),
            Self::Somewhere(text) => text.contains(&service.name.env()),
        }
    }

    /// What the URL names, for a process of that container.
    fn at(url: &str, container: &str, mounts: &[Mount<'_>]) -> Self {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let path = path.split('?').next().unwrap_or_default();
            let path = format!("/{}", path.trim_start_matches('/'));
            return Self::file(&path, container, mounts);
        }
        let rest = url.split_once("://").map(|(_, rest)| rest);
        // A password may be a variable with anything in its message.
        let place = rest.map(|rest| rest.rsplit_once('@').map_or(rest, |(_, place)| place));
        let Some((server, name)) = place.and_then(|place| place.split_once('/')) else {
            return Self::Somewhere(url.to_owned());
        };
        let (name, query) = name.split_once('?').unwrap_or((name, ""));
        // Schemas of one database are told apart here.
        let schema = if query.contains("schema") || query.contains("search_path") {
            query
        } else {
            ""
        };
        Self::Database {
            server: server.trim_end_matches(":5432").to_owned(),
            name: format!("{name}{schema}"),
        }
    }

    fn file(path: &str, container: &str, mounts: &[Mount<'_>]) -> Self {
        let below = mounts.iter().filter_map(|mount| {
            let rest = path.strip_prefix(mount.target.trim_end_matches('/'))?;
            rest.starts_with('/').then_some((mount, rest))
        });
        match below.min_by_key(|(_, rest)| rest.len()) {
            Some((mount, rest)) => Self::File {
                volume: mount.volume.clone(),
                path: rest.to_owned(),
            },
            None => Self::File {
                volume: format!("the container of {container}"),
                path: path.to_owned(),
            },
        }
    }
}

/// Each service that has a container, or a part of one.
pub(super) fn deployed<'a>(
    services: &'a [Service],
    sources: &'a [Source],
) -> Vec<(&'a Service, Deployed<'a>)> {
    let files = FILES.iter().filter_map(|path| {
        let source = sources.iter().find(|source| source.path == *path)?;
        // Many aliases of few anchors are what these files have.
        let options = serde_saphyr::options! {
            budget: serde_saphyr::budget! { enforce_alias_anchor_ratio: false }
        };
        let file = serde_saphyr::from_str_with_options::<File>(&source.text, options).ok()?;
        Some((source, file))
    });
    let files: Vec<(&Source, File)> = files.collect();
    let found = services.iter().filter_map(|service| {
        let name = service.name.as_str();
        let container = |name: &str| {
            files
                .iter()
                .any(|(_, file)| file.services.contains_key(name))
        };
        let (container, variable) = match container(name) {
            true => (name, "DATABASE_URL".to_owned()),
            false if container(TOGETHER) => {
                (TOGETHER, format!("{}_DATABASE_URL", service.name.env()))
            }
            false => return None,
        };
        let mut mounts = mounts(&files, container);
        let set = files.iter().rev().find_map(|(source, file)| {
            let environment = file
                .services
                .get(container)?
                .as_ref()?
                .environment
                .as_ref()?;
            let value = environment.0.get(&variable)?;
            Some((value.value.as_str(), (*source, place(value))))
        });
        let kept = match &set {
            Some((url, _)) => Kept::at(url, container, &mounts),
            None => Kept::file(&format!("/data/{name}.db"), container, &mounts),
        };
        // What the processes of one container have in common is no trespass.
        mounts.retain(|_| container != TOGETHER);
        let deployed = Deployed {
            kept: Some(kept),
            place: set.map(|(_, place)| place),
            mounts,
        };
        Some((service, deployed))
    });
    found.collect()
}

/// What a container mounts; of two at one place the later one.
fn mounts<'a>(files: &[(&'a Source, File)], container: &str) -> Vec<Mount<'a>> {
    let mut mounts: BTreeMap<String, Mount<'a>> = BTreeMap::new();
    for (source, file) in files {
        let volumes = file.services.get(container).and_then(Option::as_ref);
        for volume in volumes
            .into_iter()
            .flat_map(|one| one.volumes.iter().flatten())
        {
            let Volume {
                source: Some(from),
                target: Some(target),
            } = &volume.value
            else {
                continue;
            };
            let mount = Mount {
                volume: from.clone(),
                target: target.clone(),
                source,
                place: place(volume),
            };
            mounts.insert(target.clone(), mount);
        }
    }
    mounts.into_values().collect()
}

/// In bytes from the start of the file.
fn place<T>(value: &Spanned<T>) -> Range<usize> {
    let span = value.referenced.span();
    let bytes = span.byte_offset().zip(span.byte_len());
    let (start, length) = bytes.unwrap_or_default();
    let number = |number: u64| usize::try_from(number).unwrap_or_default();
    number(start)..number(start) + number(length)
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    services: BTreeMap<String, Option<Container>>,
}

#[derive(Deserialize)]
struct Container {
    environment: Option<Environment>,
    volumes: Option<Vec<Spanned<Volume>>>,
}

/// `NAME: value` or `- NAME=value`
struct Environment(BTreeMap<String, Spanned<Text>>);

/// Any scalar; nothing is an empty text.
struct Text(String);

impl Text {
    fn as_str(&self) -> &str {
        &self.0
    }
}

/// `source:target:mode`, or the same by name.
struct Volume {
    source: Option<String>,
    target: Option<String>,
}

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Environment;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("variables")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Environment, A::Error> {
                let mut found = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Spanned<Text>>()? {
                    found.insert(name, value);
                }
                Ok(Environment(found))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Environment, A::Error> {
                let mut found = BTreeMap::new();
                while let Some(mut line) = list.next_element::<Spanned<Text>>()? {
                    if let Some((name, value)) = { line.value.0 }.split_once('=') {
                        let name = name.to_owned();
                        line.value = Text(value.to_owned());
                        found.insert(name, line);
                    }
                }
                Ok(Environment(found))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(match value {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        }))
    }
}

impl<'de> Deserialize<'de> for Volume {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Volume;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a volume")
            }
            fn visit_str<E>(self, text: &str) -> Result<Volume, E> {
                let mut parts = text.split(':').map(str::to_owned);
                let (source, target) = (parts.next(), parts.next());
                Ok(Volume { source, target })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Volume, A::Error> {
                #[derive(Deserialize)]
                struct Long {
                    source: Option<String>,
                    target: Option<String>,
                }
                let Long { source, target } = Long::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Volume { source, target })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
