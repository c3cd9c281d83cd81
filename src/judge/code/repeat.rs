//! A request that may do harm twice, sent by something that may send it twice: a loop that tries again, or the handling of
//! an event, which is repeated after an error. Names are followed within the service, as far as they are unambiguous.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Judge;
use super::function::{Call, Function, Repeated};
use crate::diagnostic::{Code, Diagnostic, Source};

impl Judge<'_> {
    /// Looks at the functions of one service, or of the gateway.
    pub(super) fn repeats(&mut self, name: &str, sources: &[&Source], functions: &[Function]) {
        let code = ServiceCode::of(sources, functions);
        for function in functions {
            for call in &function.calls {
                let why = match (call.repeated, function.is_handler) {
                    (Some(Repeated::Loop), _) => "this loop tries again",
                    (Some(Repeated::Retry), _) => "this is tried again",
                    (Some(Repeated::Recursion), _) => "after a failure the function calls itself",
                    (None, true) => "an event is handled again after an error, and this with it",
                    (None, false) => continue,
                };
                let Some(sent) = code.sent_by(call, &mut BTreeSet::new()) else {
                    continue;
                };
                let what = match sent.client {
                    None => format!("a {}", sent.request),
                    Some(client) if client == call.name => {
                        format!("`{client}`, which sends a {}", sent.request)
                    }
                    Some(client) => {
                        format!(
                            "`{}`, which sends a {} by `{client}`",
                            call.name, sent.request
                        )
                    }
                };
                let message = format!("`{name}` may repeat {what}");
                let remark = Diagnostic::warning(Code::RepeatedCall, message)
                    .inside(sources[function.source].clone())
                    .at(call.place.clone(), why);
                let advice = "send what does no harm twice (PUT, or a request with an id by which it is known again), or \
                              publish an event";
                self.remark(name, remark, advice);
            }
        }
    }
}

/// The functions of one service.
struct ServiceCode<'a> {
    functions: &'a [Function],
    /// The indices of the functions of a name.
    named: BTreeMap<&'a str, Vec<usize>>,
    /// Which files hold clients.
    of_clients: Vec<bool>,
}

/// A request that may do harm twice.
struct Sent<'a> {
    request: &'static str,
    /// The function of a client that sends it, if it is not sent right there.
    client: Option<&'a str>,
}

impl<'a> ServiceCode<'a> {
    fn of(sources: &[&Source], functions: &'a [Function]) -> Self {
        let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, function) in functions.iter().enumerate() {
            named.entry(&function.name).or_default().push(index);
        }
        let of_clients = sources
            .iter()
            .map(|source| source.path.contains("/src/clients/"));
        Self {
            of_clients: of_clients.collect(),
            functions,
            named,
        }
    }

    /// The request that may do harm twice to which a call leads. `seen` are the functions on the way.
    fn sent_by(&self, call: &Call, seen: &mut BTreeSet<usize>) -> Option<Sent<'a>> {
        if let Some(request) = call.sends {
            return Some(Sent {
                request,
                client: None,
            });
        }
        let called = self.called(call)?;
        if !seen.insert(called) {
            return None;
        }
        let function = &self.functions[called];
        let mut sent = function.calls.iter();
        let sent = sent.find_map(|call| self.sent_by(call, seen))?;
        Some(Sent {
            client: sent.client.or(Some(&function.name)),
            ..sent
        })
    }

    /// The function that is called, if its name leaves no doubt.
    fn called(&self, call: &Call) -> Option<usize> {
        let named = self.named.get(call.name.as_str())?.iter().copied();
        let of_client = |index: &usize| self.of_clients[self.functions[*index].source];
        let mut candidates: Vec<usize> = named
            .filter(|index| !call.of_client || of_client(index))
            .collect();
        let first = candidates.pop()?;
        candidates.is_empty().then_some(first)
    }
}
