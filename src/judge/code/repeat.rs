//! A request that may do harm twice, sent by something that may send it twice: a loop that tries again, or the handling of
//! an event, which is repeated after an error. Names are followed within the service, as far as they are unambiguous.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Judge;
use super::function::{Call, Function, Repeated};
use super::sent::FORWARDED;
use crate::diagnostic::{Code, Diagnostic, Source};
use crate::lang::Lang;

impl Judge<'_> {
    /// Looks at the functions of one service, or of the gateway.
    pub(super) fn repeats(&mut self, name: &str, sources: &[&Source], functions: &[Function]) {
        let code = ServiceCode::of(sources, functions);
        for function in functions {
            for call in &function.calls {
                let Some(why) = why(call.repeated, function.is_handler, self.lang) else {
                    continue;
                };
                let Some(sent) = code.sent_by(call, &mut BTreeSet::new()) else {
                    continue;
                };
                let message = message(name, &call.name, &sent, self.lang);
                let remark = Diagnostic::warning(Code::RepeatedCall, message)
                    .inside(sources[function.source].clone())
                    .at(call.place.clone(), why);
                let advice = self.lang.either(
                    "send what does no harm twice (PUT, or a request with an id by which it is known again), or publish an \
                     event",
                    "envía lo que no hace daño dos veces (PUT, o una petición con un id por el que se la reconoce), o publica \
                     un evento",
                );
                self.remark(name, remark, advice);
            }
        }
    }
}

/// Why a call may be made again, if it may.
fn why(repeated: Option<Repeated>, is_handler: bool, lang: Lang) -> Option<&'static str> {
    let (english, spanish) = match (repeated, is_handler) {
        (Some(Repeated::Loop), _) => ("this loop tries again", "este bucle lo intenta de nuevo"),
        (Some(Repeated::Retry), _) => ("this is tried again", "esto se intenta de nuevo"),
        (Some(Repeated::Recursion), _) => (
            "after a failure the function calls itself",
            "tras un fallo la función se llama a sí misma",
        ),
        (None, true) => (
            "an event is handled again after an error, and this with it",
            "tras un error el evento se trata otra vez, y esto con él",
        ),
        (None, false) => return None,
    };
    Some(lang.either(english, spanish))
}

fn message(service: &str, called: &str, sent: &Sent<'_>, lang: Lang) -> String {
    let request = match (lang, sent.request) {
        (Lang::En, request) => format!("a {request}"),
        (Lang::Es, FORWARDED) => "una petición que deja pasar, sea cual sea su método".to_owned(),
        (Lang::Es, request) => format!("un {request}"),
    };
    let what = match sent.client {
        None => request,
        Some(client) => {
            let by = match client == called {
                true => String::new(),
                false => lang.either(
                    format!(" by `{client}`"),
                    format!(" por medio de `{client}`"),
                ),
            };
            lang.either(
                format!("`{called}`, which sends {request}{by}"),
                format!("`{called}`, que envía {request}{by}"),
            )
        }
    };
    lang.either(
        format!("`{service}` may repeat {what}"),
        format!("`{service}` puede repetir {what}"),
    )
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
        let candidates = self.called(call);
        // Of several of that name it is one; what all of them do is done whichever it is.
        let sends = |index: &usize| {
            let calls = &self.functions[*index].calls;
            calls.iter().any(|call| call.sends.is_some())
        };
        if candidates.len() > 1 && !candidates.iter().all(sends) {
            return None;
        }
        let called = *candidates.first()?;
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

    /// The functions that may be called, by their name.
    fn called(&self, call: &Call) -> Vec<usize> {
        let named = self.named.get(call.name.as_str()).into_iter().flatten();
        let of_client = |index: &usize| self.of_clients[self.functions[*index].source];
        let candidates = named.filter(|index| !call.of_client || of_client(index));
        candidates.copied().collect()
    }
}
