//! `microkit doctor` on an engine: what it says before, beside and while a system runs.

use super::engine::engine;
use super::project::Project;

/// Whether the doctor is content, and all that it says.
fn doctor(project: &Project) -> (bool, String) {
    let output = project.microkit(&["doctor"]).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    (output.status.success(), text)
}

#[test]
fn the_doctor_tells_a_free_port_from_its_own_and_from_a_foreign_one() {
    let Some(engine) = engine() else { return };
    let fresh = Project::of_example(engine, "fresh", "shop");
    let (fit, said) = doctor(&fresh);
    println!("in a fresh shop it says:\n{said}");
    assert!(fit && said.contains("this machine is fit"), "{said}");
    let free = format!("port {} is free", fresh.gateway);
    assert!(said.contains(&free), "{free}: {said}");

    let running = Project::of_example(engine, "patient", "hello");
    running.local();
    let (fit, said) = doctor(&running);
    let own = format!("port {}: this system runs there already", running.gateway);
    assert!(fit && said.contains(&own), "{own}: {said}");
    println!("while it runs: {own}");

    fresh.set("GATEWAY_PORT", &running.gateway.to_string());
    let (fit, said) = doctor(&fresh);
    let taken = format!("port {} is taken by another program", running.gateway);
    assert!(!fit && said.contains(&taken), "{taken}: {said}");
    println!("in the other one, with the same port: {taken}");

    fresh.set("RABBITMQ_PASSWORD", "");
    let (fit, said) = doctor(&fresh);
    assert!(
        !fit && said.contains("RABBITMQ_PASSWORD"),
        "a password is missed: {said}"
    );
}
