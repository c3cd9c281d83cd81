//! `tests/api/` of a service: its interface, tried in process with a fresh database for each test.
//!
//! Called by `service`. One test program for each service keeps the linking short.

use askama::Template;

use super::event::auto_events;
use super::field::{self, Typed, entries};
use super::sorted_modules;
use crate::plan::layout::{self, Chain};
use crate::plan::{Files, render, sample};
use crate::system::{Event, FieldType, Resource, ScalarType, Service, System};

pub fn add(files: &mut Files, folder: &str, system: &System, service: &Service) {
    let folder = format!("{folder}/tests/api");
    let mut modules = Vec::new();
    let mut add = |name: String, text: String| {
        files.add(format!("{folder}/{name}.rs"), text);
        modules.push(format!("mod {name};"));
    };
    if service.resources.is_empty() {
        add("hello".into(), hello(service));
    }
    for resource in &service.resources {
        add(resource.module(), resource_rs(system, service, resource));
    }
    for name in &service.consumes {
        let text = event_rs(service, system.event(name));
        add(format!("{}_event", name.snake()), text);
    }
    let main = MainRs {
        name: service.name.as_str(),
        modules: sorted_modules(modules),
    };
    files.add(format!("{folder}/main.rs"), render(&main));
}

#[derive(Template)]
#[template(path = "service/tests/main.rs.askama", escape = "none")]
struct MainRs<'a> {
    name: &'a str,
    modules: String,
}

#[derive(Template)]
#[template(path = "service/tests/hello.rs.askama", escape = "none")]
struct HelloRs<'a> {
    name: &'a str,
    start: String,
}

fn hello(service: &Service) -> String {
    render(&HelloRs {
        name: service.name.as_str(),
        start: start(service),
    })
}

/// `let service = TestService::new(…).start().await?;`
fn start(service: &Service) -> String {
    let new = format!("TestService::new({}::service())", service.name.krate());
    let chain = Chain::new(new, vec![".start()".into(), ".await?".into()]);
    layout::let_chain(4, "let service", &chain)
}

#[derive(Template)]
#[template(path = "service/tests/event.rs.askama", escape = "none")]
struct EventRs<'a> {
    event: &'a str,
    krate: String,
    type_name: String,
    start: String,
    fields: String,
}

fn event_rs(service: &Service, event: &Event) -> String {
    let value = |kind: ScalarType| match kind {
        ScalarType::String | ScalarType::Text => "\"sample\"",
        ScalarType::Email => "\"ada@example.org\"",
        ScalarType::Uuid => "Uuid::now_v7()",
        ScalarType::Integer => "1",
        ScalarType::Decimal => "9.5",
        ScalarType::Boolean => "true",
        ScalarType::Date => "\"2026-01-31\"",
        ScalarType::Timestamp => "\"2026-01-31T12:00:00Z\"",
    };
    let fields = event.fields.iter();
    let fields =
        fields.map(|field| format!("        \"{}\": {},\n", field.name, value(field.kind)));
    render(&EventRs {
        event: event.name.as_str(),
        krate: service.name.krate(),
        type_name: event.name.type_name(),
        start: start(service),
        fields: fields.collect(),
    })
}

#[derive(Template)]
#[template(path = "service/tests/resource.rs.askama", escape = "none")]
struct ResourceRs<'a> {
    path: &'a str,
    title: String,
    beside: &'static str,
    uses: String,
    builder: String,
    sample_signature: &'static str,
    sample: String,
    sample_end: &'static str,
    sample_one: &'static str,
    sample_two: &'static str,
    wrong: String,
    more: String,
}

fn resource_rs(system: &System, service: &Service, resource: &Resource) -> String {
    let fields = field::fields(resource);
    let writable: Vec<&Typed> = fields
        .iter()
        .filter(|typed| !typed.field.readonly)
        .collect();
    let samples = sample_fields(system, service, resource, &writable);
    let call = SampleCall::of(service, resource);
    let more = more(system, service, resource, &writable, call);
    let varies = samples.contains("{n") || samples.contains("(n)") || samples.contains(", n)");
    let remote = system_references(service, &writable).next().is_some();
    let uuid = samples.contains("Uuid::");
    let wrong = |typed: &&Typed| format!("        \"{}\": {{}},\n", typed.field.name);
    let wrong: String = writable.iter().map(wrong).collect();
    let router = if remote { "use axum::Router;\n" } else { "" };
    let uuid = if uuid { "use uuid::Uuid;\n" } else { "" };
    render(&ResourceRs {
        path: &resource.path,
        title: resource.name.label(),
        beside: if remote {
            "beside stand-ins that know every id they are asked for"
        } else {
            "which needs no other"
        },
        uses: format!(
            "{router}use axum::http::StatusCode;\nuse chassis::testing::{{TestService, TestServiceBuilder, keys}};\n\
             use serde_json::{{Value, json}};\n{uuid}"
        ),
        builder: builder(system, service, &writable),
        sample_signature: call.signature(varies),
        sample_end: call.end(),
        sample: samples,
        sample_one: call.with("1"),
        sample_two: call.with("2"),
        wrong: wrong + "        \"no_such_field\": 1,\n",
        more,
    })
}

/// How the tests get a body: creating one may mean that another resource has to be there first.
#[derive(Clone, Copy)]
enum SampleCall {
    Plain,
    Awaited,
}

impl SampleCall {
    fn of(service: &Service, resource: &Resource) -> Self {
        if resource
            .fields
            .iter()
            .any(|field| needs_local(service, field))
        {
            Self::Awaited
        } else {
            Self::Plain
        }
    }

    fn signature(self, varies: bool) -> &'static str {
        match (self, varies) {
            (Self::Plain, true) => "pub fn sample(n: u32) -> Value {\n    json!({\n",
            (Self::Plain, false) => "pub fn sample(_n: u32) -> Value {\n    json!({\n",
            (Self::Awaited, _) => {
                "pub async fn sample(service: &TestService, n: u32) -> anyhow::Result<Value> {\n    Ok(json!({\n"
            }
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::Plain => "    })",
            Self::Awaited => "    }))",
        }
    }

    fn with(self, n: &str) -> &'static str {
        match (self, n) {
            (Self::Plain, "1") => "sample(1)",
            (Self::Plain, "2") => "sample(2)",
            (Self::Plain, _) => "sample(n)",
            (Self::Awaited, "1") => "sample(&service, 1).await?",
            (Self::Awaited, "2") => "sample(&service, 2).await?",
            (Self::Awaited, _) => "sample(&service, n).await?",
        }
    }
}

/// Whether a row of another resource of the same service has to exist first.
fn needs_local(service: &Service, field: &crate::system::Field) -> bool {
    match &field.kind {
        FieldType::Reference { to } => {
            to.service == service.name && field.required && !field.readonly
        }
        _ => false,
    }
}

fn sample_fields(
    system: &System,
    service: &Service,
    resource: &Resource,
    writable: &[&Typed],
) -> String {
    let mut lines = String::new();
    for typed in writable {
        let value = match &typed.field.kind {
            FieldType::Reference { to } if to.service == service.name => {
                if !needs_local(service, typed.field) {
                    continue;
                }
                let target = system.resource(to);
                let module = target.module();
                let sample = match SampleCall::of(service, target) {
                    SampleCall::Plain => format!("crate::{module}::sample(n)"),
                    SampleCall::Awaited => {
                        format!("Box::pin(crate::{module}::sample(service, n)).await?")
                    }
                };
                format!("service.create(\"/{}\", {sample}).await?", target.path)
            }
            _ => sample::varying(typed, &entries(resource, typed.field)),
        };
        lines += &format!("        \"{}\": {value},\n", typed.field.name);
    }
    lines
}

/// The writable fields that refer to a resource of another service.
fn system_references<'a>(
    service: &'a Service,
    writable: &'a [&'a Typed<'a>],
) -> impl Iterator<Item = (&'a Typed<'a>, &'a crate::system::ResourceRef)> {
    writable.iter().filter_map(|typed| match &typed.field.kind {
        FieldType::Reference { to } if to.service != service.name => Some((*typed, to)),
        _ => None,
    })
}

fn builder(system: &System, service: &Service, writable: &[&Typed]) -> String {
    let mut calls: Vec<(&str, Vec<String>)> = Vec::new();
    for (_, to) in system_references(service, writable) {
        let path = &system.resource(to).path;
        let known = (
            "knows",
            vec![format!("\"{}\"", to.service), format!("\"/{path}\"")],
        );
        if !calls.contains(&known) {
            calls.push(known);
        }
    }
    let new = format!("TestService::new({}::service())", service.name.krate());
    layout::tail(4, &new, &calls)
}

#[derive(Template)]
#[template(path = "service/tests/paging.rs.askama", escape = "none")]
struct Paging {
    sample_n: &'static str,
}

#[derive(Template)]
#[template(path = "service/tests/filter.rs.askama", escape = "none")]
struct Filter<'a> {
    field: &'a str,
    sample_one: &'static str,
}

#[derive(Template)]
#[template(path = "service/tests/unique.rs.askama", escape = "none")]
struct Unique<'a> {
    field: &'a str,
    sample_one: &'static str,
    sample_two: &'static str,
}

#[derive(Template)]
#[template(path = "service/tests/reference.rs.askama", escape = "none")]
struct ReferenceTests<'a> {
    field: &'a str,
    target_title: String,
    service_snake: String,
    service_title: String,
    unknown: String,
    down: String,
    sample_one: &'static str,
}

#[derive(Template)]
#[template(path = "service/tests/publishes.rs.askama", escape = "none")]
struct Publishes<'a> {
    event: &'a str,
    sample_one: &'static str,
}

/// The tests that only some resources have.
fn more(
    system: &System,
    service: &Service,
    resource: &Resource,
    writable: &[&Typed],
    call: SampleCall,
) -> String {
    let mut parts = vec![render(&Paging {
        sample_n: call.with("n"),
    })];
    let (sample_one, sample_two) = (call.with("1"), call.with("2"));
    for typed in writable {
        let field = typed.field.name.as_str();
        if typed.field.unique {
            parts.push(render(&Unique {
                field,
                sample_one,
                sample_two,
            }));
        }
    }
    let mut called = Vec::new();
    for (typed, to) in system_references(service, writable) {
        let field = typed.field.name.as_str();
        parts.push(render(&Filter { field, sample_one }));
        if called.contains(&&to.service) {
            continue;
        }
        called.push(&to.service);
        let start = |peer: String| {
            let calls = vec![peer, ".start()".into(), ".await?".into()];
            layout::let_chain(4, "let service", &Chain::new("service()", calls))
        };
        parts.push(render(&ReferenceTests {
            field,
            target_title: system.resource(to).name.label(),
            service_snake: to.service.krate(),
            service_title: to.service.label(),
            unknown: start(format!(".callee(\"{}\", Router::new())", to.service)),
            down: start(format!(".down(\"{}\")", to.service)),
            sample_one,
        }));
    }
    if let Some(event) = auto_events(system, service, resource).created {
        let told = !system.consumers(&event.0.name).is_empty();
        let by_id = super::event::subject_is_id(event.0, resource);
        if told && by_id {
            parts.push(render(&Publishes {
                event: event.0.name.as_str(),
                sample_one,
            }));
        }
    }
    let parts: Vec<String> = parts
        .iter()
        .map(|part| format!("\n{}\n", part.trim()))
        .collect();
    parts.concat()
}
