//! `clients/` of a service: a typed client for each service that it calls.
//!
//! Called by `service`.

use askama::Template;

use super::{label, sorted_modules};
use crate::plan::layout;
use crate::plan::{Files, render};
use crate::system::{Resource, Service, System};

pub fn add(files: &mut Files, folder: &str, system: &System, service: &Service) {
    let folder = format!("{folder}/src/clients");
    files.add(format!("{folder}/mod.rs"), module(service));
    for called in &service.calls {
        let callee = system.service(called);
        files.add(format!("{folder}/{}.rs", called.krate()), client(callee));
    }
}

#[derive(Template)]
#[template(path = "service/clients/mod.rs.askama", escape = "none")]
struct ModRs {
    modules: String,
    uses: String,
    fields: String,
    new: String,
}

fn module(service: &Service) -> String {
    let mut uses = Vec::new();
    let mut modules = Vec::new();
    let mut fields = Vec::new();
    let mut made = Vec::new();
    for called in &service.calls {
        let (krate, name) = (called.krate(), called.type_name());
        modules.push(format!("pub mod {krate};"));
        uses.push(format!("pub use {krate}::{name}Client;\n"));
        fields.push(format!("pub {krate}: {name}Client"));
        made.push(format!("{krate}: {name}Client::new(context)?"));
    }
    layout::sort_uses(&mut uses);
    render(&ModRs {
        modules: sorted_modules(modules),
        uses: uses.concat(),
        fields: layout::lines(4, &fields),
        new: layout::literal(8, "Ok(Self", &made, ")"),
    })
}

#[derive(Template)]
#[template(path = "service/clients/client.rs.askama", escape = "none")]
struct ClientRs<'a> {
    service: &'a str,
    type_name: String,
    finds: String,
    views: String,
}

#[derive(Template)]
#[template(path = "service/clients/plain.rs.askama", escape = "none")]
struct PlainClientRs<'a> {
    service: &'a str,
    type_name: String,
}

#[derive(Template)]
#[template(path = "service/clients/find.rs.askama", escape = "none")]
struct Find<'a> {
    path: &'a str,
    label: String,
    signature: String,
}

#[derive(Template)]
#[template(path = "service/clients/view.rs.askama", escape = "none")]
struct View {
    label: String,
    type_name: String,
}

fn client(callee: &Service) -> String {
    let service = callee.name.as_str();
    let type_name = callee.name.type_name();
    if callee.resources.is_empty() {
        return render(&PlainClientRs { service, type_name });
    }
    let find = |resource: &Resource| {
        let find = render(&Find {
            path: &resource.path,
            label: label(resource),
            signature: layout::signature(
                4,
                &format!("pub async fn find_{}", resource.name.snake()),
                &["&self".into(), "id: Uuid".into()],
                &format!(
                    " -> Result<Option<{}View>, CallError> {{",
                    resource.name.type_name()
                ),
            ),
        });
        format!("\n{}\n", find.trim_matches('\n'))
    };
    let view = |resource: &Resource| {
        let view = render(&View {
            label: label(resource),
            type_name: resource.name.type_name(),
        });
        view.trim_matches('\n').to_owned()
    };
    let views: Vec<String> = callee.resources.iter().map(view).collect();
    render(&ClientRs {
        service,
        type_name,
        finds: callee.resources.iter().map(find).collect(),
        views: format!("\n{}", views.join("\n\n")),
    })
}
