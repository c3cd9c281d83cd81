//! The least that is a system, brought up by `microkit compose --local`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::contract::{get, post};
use super::engine::{engine, writes_only_to};
use super::project::Project;
use super::servers::eventually;

const NOTES: &str = r#"
[system]
name = "notes"

[services.note-service]
database = "sqlite"

[services.note-service.resources.note]
fields.text = "string"
"#;

/// The services whose container is another one than before.
fn recreated(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let changed = after
        .iter()
        .filter(|(service, id)| before.get(*service) != Some(id));
    changed.map(|(service, _)| service.clone()).collect()
}

#[test]
fn an_edit_reaches_the_running_container_and_no_other() {
    let Some(engine) = engine() else { return };
    let hello = Project::of_example(engine, "hello", "hello");
    let took = hello.local();
    println!("`compose --local` of hello: {took:.1?} from sources that were never built");
    let said = get(hello.gateway, "/hello-service").text;
    assert!(said.contains("Hello from"), "the service answers: {said}");
    let before = hello.by_service();
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        ["consul", "gateway", "hello-service"],
        "what runs"
    );

    let edited = "services/hello-service/src/hello.rs";
    hello.edit(edited, "\"Hello from hello-service\"", "\"Good evening\"");
    let begun = Instant::now();
    hello.local();
    let limit = Duration::from_secs(20);
    eventually("the edit is what the gateway passes on", limit, || {
        get(hello.gateway, "/hello-service")
            .text
            .contains("Good evening")
    });
    println!(
        "an edit was answered by the gateway {:.1?} after `compose --local` was typed",
        begun.elapsed()
    );
    let after = hello.by_service();
    assert_eq!(
        recreated(&before, &after),
        ["hello-service"],
        "only the edited service has a new container"
    );

    let begun = Instant::now();
    hello.local();
    println!("with nothing to do it took {:.1?}", begun.elapsed());
    let again = hello.by_service();
    assert_eq!(again, after, "where nothing changed, every container stays");
    let (used, most) = hello.memory();
    println!("3 containers use {used:.0} MiB of at most {most:.0} MiB");
}

#[test]
fn what_is_in_sqlite_outlives_its_container() {
    let Some(engine) = engine() else { return };
    let notes = Project::of_manifest(engine, "notes", NOTES);
    notes.local();
    let created = post(notes.gateway, "/notes", r#"{"text":"milk"}"#);
    assert_eq!(created.status, 201, "{}", created.text);
    let path = format!("/notes/{}", created.text_of("id"));
    let before = notes.container("note-service");

    writes_only_to(engine, &before, &["/tmp", "/data"]);

    notes.compose(&["down"]);
    assert_eq!(notes.containers("").len(), 0, "`down` removes containers");
    let took = notes.up(&[]);
    assert_ne!(notes.container("note-service"), before, "a new container");
    let limit = Duration::from_secs(20);
    eventually("the note is read again", limit, || {
        get(notes.gateway, &path).text_of("text") == "milk"
    });
    println!("after `down`, all were healthy again in {took:.1?}, and the note was there");
}
