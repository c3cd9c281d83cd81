//! `routes.rs` of a resource: its operations over HTTP, and the checks of what it refers to.
//!
//! Called by `resource.rs`.

use askama::Template;

use super::{label, plural};
use crate::plan::layout::{self, Chain};
use crate::plan::render;
use crate::system::{Field, FieldType, Resource, Service, System};

#[derive(Template)]
#[template(path = "service/resource/routes.rs.askama", escape = "none")]
struct RoutesRs<'a> {
    path: &'a str,
    module: String,
    snake: String,
    label: String,
    title: String,
    plural: String,
    type_name: String,
    uses: String,
    local_uses: String,
    write_responses: String,
    create_signature: String,
    create_checks: String,
    create_call: String,
    filter_params: String,
    list_signature: String,
    read_signature: String,
    update_checks: String,
    update_call: String,
    checks: String,
}

pub fn routes(system: &System, service: &Service, resource: &Resource) -> String {
    let name = resource.name.type_name();
    let module = resource.module();
    let state = String::from("State(app): State<App>");
    let requests = [
        format!("New{name}"),
        format!("{name}Changes"),
        format!("{name}List"),
    ];
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    let references = references(system, service, resource);
    let call = |name: &str| {
        Chain::new(
            "app",
            vec![format!(".{module}"), name.to_owned(), ".await?".into()],
        )
    };
    render(&RoutesRs {
        path: &resource.path,
        snake: resource.name.snake(),
        label: label(resource),
        title: resource.name.label(),
        plural: plural(resource),
        uses: ROUTES_USES.to_owned(),
        local_uses: "use super::entity;\n".to_owned()
            + &layout::import("super::requests", &requests)
            + &layout::import("super::responses", &[&format!("{name}Response")])
            + "use crate::app::App;\n",
        write_responses: write_responses(resource, &references),
        create_signature: layout::signature(
            0,
            "async fn create",
            &[
                state.clone(),
                format!("ValidJson(new): ValidJson<New{name}>"),
            ],
            &format!(" -> Result<(StatusCode, Json<{name}Response>), Problem> {{"),
        ),
        create_checks: references.iter().map(Reference::on_create).collect(),
        create_call: layout::let_chain(4, "let model", &call(".save(new.into_model())")),
        filter_params: references.iter().map(Reference::parameter).collect(),
        list_signature: layout::signature(
            0,
            "async fn list",
            &[
                state.clone(),
                format!("ValidQuery(list): ValidQuery<{name}List>"),
            ],
            &format!(" -> Result<Json<Page<{name}Response>>, Problem> {{"),
        ),
        read_signature: layout::signature(
            0,
            "async fn read",
            &[state, "Path(id): Path<String>".into()],
            &format!(" -> Result<Json<{name}Response>, Problem> {{"),
        ),
        update_checks: references.iter().map(Reference::on_update).collect(),
        update_call: layout::let_chain(4, "let model", &call(".update(model.id, changes)")),
        checks: references
            .iter()
            .map(|reference| reference.check.as_str())
            .collect(),
        module,
        type_name: name,
    })
}

const ROUTES_USES: &str = "\
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chassis::{Page, PageRequest, Problem, ValidJson, ValidQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
";

fn write_responses(resource: &Resource, references: &[Reference]) -> String {
    let response = |status: u16, text: &str| {
        format!("        (status = {status}, description = \"{text}\", body = Problem),\n")
    };
    let mut responses = String::new();
    if !references.is_empty() {
        responses += &response(400, "What it refers to does not exist");
    }
    if resource.fields.iter().any(|field| field.unique) {
        responses += &response(409, "A value is already taken");
    }
    responses += &response(422, "A field is wrong: each is named");
    if references.iter().any(|reference| reference.remote) {
        responses += &response(503, "What it refers to can't be looked up now");
    }
    responses
}

#[derive(Template)]
#[template(path = "service/resource/check_remote.rs.askama", escape = "none")]
struct RemoteCheck<'a> {
    signature: String,
    service: &'a str,
    client: String,
    target: String,
    target_snake: String,
    target_title: String,
}

#[derive(Template)]
#[template(path = "service/resource/check_local.rs.askama", escape = "none")]
struct LocalCheck {
    signature: String,
    module: String,
    target: String,
    target_title: String,
}

/// A field that refers to another resource, and the function that looks whether it is there.
struct Reference<'a> {
    field: &'a Field,
    nullable: bool,
    remote: bool,
    target: String,
    check: String,
}

fn references<'a>(
    system: &'a System,
    service: &Service,
    resource: &'a Resource,
) -> Vec<Reference<'a>> {
    let reference = |field: &'a Field| {
        let FieldType::Reference { to } = &field.kind else {
            return None;
        };
        let other = system.resource(to);
        let remote = to.service != service.name;
        let (target, target_title) = (label(other), other.name.label());
        let signature = layout::signature(
            0,
            &format!("async fn check_{}", field.name),
            &["app: &App".into(), "id: Option<Uuid>".into()],
            " -> Result<(), Problem> {",
        );
        let check = if remote {
            render(&RemoteCheck {
                signature,
                service: to.service.as_str(),
                client: to.service.krate(),
                target: target.clone(),
                target_snake: other.name.snake(),
                target_title,
            })
        } else {
            render(&LocalCheck {
                signature,
                module: other.module(),
                target: target.clone(),
                target_title,
            })
        };
        let nullable = !field.required && field.default.is_none();
        let check = format!("\n{}\n", check.trim());
        Some(Reference {
            field,
            nullable,
            remote,
            target,
            check,
        })
    };
    resource.fields.iter().filter_map(reference).collect()
}

impl Reference<'_> {
    fn parameter(&self) -> String {
        let name = &self.field.name;
        format!(
            "(\"{name}\" = Option<Uuid>, Query, description = \"Only those of this {}\"), ",
            self.target
        )
    }

    fn on_create(&self) -> String {
        let ident = self.field.name.ident();
        let id = if self.nullable {
            format!("new.{ident}")
        } else {
            format!("Some(new.{ident})")
        };
        self.call(&id)
    }

    fn on_update(&self) -> String {
        let ident = self.field.name.ident();
        if !self.nullable || self.field.readonly {
            return self.call(&format!("changes.{ident}"));
        }
        // Null is no reference, and so nothing to look for.
        format!("    let id = changes.{ident}.flatten();\n") + &self.call("id")
    }

    fn call(&self, id: &str) -> String {
        if self.field.readonly {
            return String::new();
        }
        let call = format!("check_{}(&app, {id})", self.field.name);
        layout::statement(4, &Chain::new(call, vec![".await?".into()]))
    }
}
