//! A system that is planned and not on any disk, and where a topic stands in it.

use microkit::diagnostic::{Diagnostic, Finding};
use microkit::judge::judge;
use microkit::lang::Lang;
use microkit::manifest::{self, Document};
use microkit::plan::{self, Plan};
use microkit::system::{self, System};
use microkit::topics::{At, Ground, Place, Standing, Topic, standing};

/// A system that is planned and not on any disk.
pub struct Planned {
    pub text: String,
    pub document: Document,
    pub system: System,
    plan: Plan,
    remarks: Vec<Diagnostic>,
}

impl Planned {
    pub fn new(text: &str) -> Self {
        let document = manifest::parse("microkit.toml", text).expect("the manifest parses");
        let system = system::validate(&document).expect("the manifest is valid");
        Self {
            text: text.to_owned(),
            remarks: judge(&document, &system).remarks,
            plan: plan::plan(&system),
            document,
            system,
        }
    }

    pub fn read(&self, path: &str) -> Option<String> {
        if path == "microkit.toml" {
            return Some(self.text.clone());
        }
        let bytes = self.plan.get(path)?;
        Some(String::from_utf8(bytes.to_vec()).expect("a planned file is text"))
    }

    pub fn standing(&self, topic: Topic, lang: Lang) -> Standing {
        self.standing_among(topic, lang, &|path| self.read(path))
    }

    pub fn standing_among(
        &self,
        topic: Topic,
        lang: Lang,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> Standing {
        let findings = self.remarks.iter().map(|diagnostic| Finding {
            diagnostic,
            allowed: None,
        });
        let findings: Vec<Finding> = findings.collect();
        let ground = Ground {
            system: &self.system,
            document: &self.document,
            manifest: &self.text,
            read,
            findings: &findings,
        };
        standing(topic, &ground, lang)
    }

    /// Says what is wrong with a place that is told.
    pub fn check(&self, place: &Place) -> Result<(), String> {
        let wrong = |what: &str| {
            Err(format!(
                "{}: {what}: {place:?}\n{}",
                self.system.name, self.text
            ))
        };
        let At::Line(number) = place.at else {
            return wrong("not found");
        };
        let Some(text) = self.read(&place.path) else {
            return wrong("no such file");
        };
        match text.lines().nth(number - 1) {
            Some(line) if line.contains(place.anchor.trim()) => Ok(()),
            _ => wrong("not in this line"),
        }
    }
}

pub fn shop() -> Planned {
    Planned::new(include_str!("../../examples/shop/microkit.toml"))
}

pub fn paths(standing: &Standing) -> Vec<(&str, At)> {
    let places = standing.places.iter();
    places
        .map(|place| (place.path.as_str(), place.at))
        .collect()
}
