//! As it is deployed, a service opens the database of another one, or mounts the volume that it is kept in. Called by `code.rs`.
//! `deployment.rs` reads the files.

use super::super::Judge;
use super::deployment::{Deployed, Kept, deployed};
use super::store::Found;
use crate::diagnostic::Source;
use crate::system::{Database, Service};

impl Judge<'_> {
    pub(super) fn deployed_stores(&mut self, sources: &[Source]) {
        let system = self.system;
        let all: Vec<(&Service, Deployed<'_>)> = deployed(&system.services, sources);
        for (service, own) in &all {
            let name = service.name.as_str();
            let Some(kept) = &own.kept else {
                continue;
            };
            let sharing = all
                .iter()
                .filter(|(_, other)| other.kept.as_ref() == Some(kept));
            let sharing: Vec<&Service> = sharing.map(|(service, _)| *service).collect();
            let owner = owner(&sharing, kept);
            if let (Some((source, place)), true) = (&own.place, owner.name != service.name) {
                let what = self.lang.either(
                    format!("the database of `{}`", owner.name),
                    format!("la base de datos de `{}`", owner.name),
                );
                let found: Found<'_> = (owner, place.clone(), what);
                self.shared_store(name, source, found);
            }
        }
        for (service, own) in &all {
            let is_there = |volume: &str| own.kept.as_ref().is_some_and(|kept| kept.is_in(volume));
            for mount in own.mounts.iter().filter(|mount| !is_there(&mount.volume)) {
                let owner = all.iter().find(|(_, other)| {
                    { other.kept.as_ref() }.is_some_and(|kept| kept.is_in(&mount.volume))
                });
                if let Some((owner, _)) = owner {
                    let what = self.lang.either(
                        format!("`{}` keeps its database there", owner.name),
                        format!("`{}` guarda ahí su base de datos", owner.name),
                    );
                    let found: Found<'_> = (*owner, mount.place.clone(), what);
                    self.shared_store(service.name.as_str(), mount.source, found);
                }
            }
        }
    }
}

/// Whose database it is: that of whoever it is named after, or else of the first one that has any.
fn owner<'a>(sharing: &[&'a Service], kept: &Kept) -> &'a Service {
    let named = sharing.iter().find(|service| kept.is_named_after(service));
    let keeping = || {
        sharing
            .iter()
            .find(|service| service.database != Database::None)
    };
    named.or_else(keeping).unwrap_or(&sharing[0])
}
