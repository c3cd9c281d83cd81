//! Services that lead back to themselves: circles of calls, and circles of references that nothing can be created in.
//!
//! Each group of services that are tied together like that gets one remark, the gravest.

use std::collections::BTreeSet;

use super::{Judge, MOST_PLACES, graph, shown_way};
use crate::diagnostic::{Code, Diagnostic, counted};
use crate::lang::Lang;
use crate::system::{Field, FieldType, Resource};

/// The resources of all services, and which one must be there before which.
struct Needs<'a> {
    /// Each with the index of its service.
    resources: Vec<(usize, &'a Resource)>,
    edges: Vec<Vec<usize>>,
}

impl<'a> Judge<'a> {
    pub(super) fn circles(&mut self) {
        let explained = self.required_circles();
        for members in graph::circles(&self.calls.group) {
            match members.as_slice() {
                [first, _] if !explained.contains(first) => self.mutual_calls(&members),
                [first, ..] if !explained.contains(first) => self.call_cycle(&members),
                _ => {}
            }
        }
    }

    fn mutual_calls(&mut self, members: &[usize]) {
        let (one, other) = (members[0], members[1]);
        let (name, other_name) = (self.calls.name(one), self.calls.name(other));
        let message = self.lang.either(
            format!("the services `{name}` and `{other_name}` call each other"),
            format!("los servicios `{name}` y `{other_name}` se llaman entre sí"),
        );
        let found = Diagnostic::warning(Code::MutualCalls, message);
        let found = self.along(found, &[one, other, one]);
        self.remark_on(
            self.names(members),
            found,
            self.lang.either(
                "let one of the two learn from an event what it asks for now, or make them one service",
                "que uno de los dos sepa por un evento lo que ahora pregunta, o haz de ambos un solo servicio",
            ),
        );
    }

    fn call_cycle(&mut self, members: &[usize]) {
        let way = graph::way_round(members[0], &self.calls.of, &self.calls.group);
        let others = match (members.len() - (way.len() - 1), self.lang) {
            (0, _) => String::new(),
            (others, Lang::En) => format!(", and {} tied to it", counted(others, "more service")),
            (1, Lang::Es) => ", y otro servicio atado a él".to_owned(),
            (others, Lang::Es) => format!(", y otros {others} servicios atados a él"),
        };
        let shown = self.way(&way);
        let message = self.lang.either(
            format!("calls go round in a circle: {shown}{others}"),
            format!("las llamadas van en círculo: {shown}{others}"),
        );
        let found = self.along(Diagnostic::warning(Code::CallCycle, message), &way);
        self.remark_on(
            self.names(members),
            found,
            self.lang.either(
                "turn one of these calls round with an event, so that all calls lead one way",
                "dale la vuelta a una de estas llamadas con un evento, para que todas lleven en un solo sentido",
            ),
        );
    }

    fn names(&self, services: &[usize]) -> Vec<String> {
        let names = services.iter().map(|one| self.calls.name(*one).to_owned());
        names.collect()
    }

    /// Circles of references that a request must set. Returns every service in a group that has such a circle.
    fn required_circles(&mut self) -> BTreeSet<usize> {
        let needs = self.needs();
        let group = graph::groups(&needs.edges);
        let mut explained = BTreeSet::new();
        for members in graph::circles(&group) {
            let service = needs.resources[members[0]].0;
            let groups = &self.calls.group;
            let tied = (0..groups.len()).filter(|other| groups[*other] == groups[service]);
            explained.extend(tied);
            let way = graph::way_round(members[0], &needs.edges, &group);
            self.required_circle(&needs, &way);
        }
        explained
    }

    fn required_circle(&mut self, needs: &Needs<'_>, way: &[usize]) {
        let full = |node: usize| {
            let (service, resource) = needs.resources[node];
            format!("{}/{}", self.calls.name(service), resource.name)
        };
        let shown = shown_way(way.iter().map(|node| full(*node)));
        let message = self.lang.either(
            format!("resources need each other before they can be created: {shown}"),
            format!("hay recursos que se necesitan antes de poder crearse: {shown}"),
        );
        let mut found = Diagnostic::warning(Code::RequiredCircle, message);
        for step in way.windows(2).take(MOST_PLACES) {
            let (service, resource) = needs.resources[step[0]];
            let (to_service, to) = needs.resources[step[1]];
            let leads_there = |field: &&Field| {
                required_reference(field).is_some_and(|reference| {
                    reference.0 == self.calls.name(to_service) && reference.1 == to.name.as_str()
                })
            };
            let field = resource.fields.iter().find(leads_there);
            let field = field.map_or("", |field| field.name.as_str());
            let path = [
                "services",
                self.calls.name(service),
                "resources",
                resource.name.as_str(),
                "fields",
                field,
            ];
            let label = self.lang.either(
                format!("the `{}` has to be there first", to.name),
                format!("antes tiene que existir `{}`", to.name),
            );
            found = found.at(self.document.key_span(&path), label);
        }
        // Backwards, as the way ends where it begins, which is what the help is to name.
        self.remark_on(
            way[1..].iter().rev().map(|node| full(*node)).collect(),
            found,
            self.lang.either(
                "give one of these references `required = false`, and let the service fill it in later",
                "pon `required = false` en una de estas referencias, y que el servicio la rellene después",
            ),
        );
    }

    fn needs(&self) -> Needs<'a> {
        let services = self.system.services.iter().enumerate();
        let resources: Vec<(usize, &Resource)> = services
            .flat_map(|(index, service)| service.resources.iter().map(move |one| (index, one)))
            .collect();
        let named: std::collections::BTreeMap<(&str, &str), usize> = resources
            .iter()
            .enumerate()
            .map(|(node, (service, resource))| {
                ((self.calls.name(*service), resource.name.as_str()), node)
            })
            .collect();
        let edges = resources.iter().map(|(_, resource)| {
            let required = resource.fields.iter().filter_map(required_reference);
            required.filter_map(|to| named.get(&to).copied()).collect()
        });
        Needs {
            edges: edges.collect(),
            resources,
        }
    }
}

/// The service and the resource that the field leads to, if a request has to name one.
fn required_reference(field: &Field) -> Option<(&str, &str)> {
    match &field.kind {
        FieldType::Reference { to } if field.required && !field.readonly => {
            Some((to.service.as_str(), to.resource.as_str()))
        }
        _ => None,
    }
}
