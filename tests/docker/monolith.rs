//! The modular monolith as one image: the same Dockerfile, another binary.

use std::time::Instant;

use super::contract::{contract, get, new_user};
use super::engine::{engine, writes_only_to};
use super::http::try_request;
use super::servers::{MINUTE, eventually};
use super::shop;

const IMAGE: &str = "microkit-test/shop/monolith";

#[test]
fn the_monolith_is_an_image_too_and_needs_one_volume() {
    let Some(engine) = engine() else { return };
    shop::built(engine);
    // Its containers are no part of a Compose project, but they go with it.
    let shop = shop::copy(engine, "monolith");
    let begun = Instant::now();
    let arguments = ["SERVICE=monolith", "RUST_IMAGE", "RUNTIME_IMAGE"];
    let arguments = arguments.iter().flat_map(|value| ["--build-arg", value]);
    let arguments: Vec<&str> = arguments.collect();
    let mut build = engine.command("docker", &shop.folder);
    build
        .arg("build")
        .args(&arguments)
        .args(["--tag", IMAGE, "."]);
    super::engine::printed(&mut build);
    println!(
        "its image, after those of the services: {:.1?}",
        begun.elapsed()
    );

    let own = format!("com.docker.compose.project={}", shop.name);
    let volume = format!("{}_data", shop.name);
    engine.docker(&["volume", "create", "--label", &own, &volume]);
    let publish = format!("127.0.0.1:{}:8000", shop.gateway);
    let mount = format!("{volume}:/data");
    let run = || {
        let options = [
            "run",
            "--detach",
            "--init",
            "--read-only",
            "--tmpfs",
            "/tmp",
        ];
        let hard = [
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges:true",
        ];
        let ways = ["--publish", &publish, "--volume", &mount, "--label", &own];
        let begun = Instant::now();
        let id = engine.docker(&[&options[..], &hard, &ways, &[IMAGE]].concat());
        eventually("the monolith is ready", MINUTE, || {
            try_request(shop.gateway, "GET", "/health/ready", None)
                .is_ok_and(|reply| reply.status == 200)
        });
        println!("ready {:.1?} after `docker run`", begun.elapsed());
        id
    };
    let first = run();
    contract(shop.gateway);
    writes_only_to(engine, &first, &["/data", "/tmp"]);
    let user = new_user(shop.gateway, "stays");
    let usage = engine.docker(&["stats", "--no-stream", "--format", "{{.MemUsage}}", &first]);
    println!("the lesson's contract holds in one container with {usage}");
    engine.docker(&["stop", &first]);
    let ended = engine.docker(&["inspect", "--format", "{{.State.ExitCode}}", &first]);
    assert_eq!(ended, "0", "it stops in order");
    engine.docker(&["rm", &first]);
    run();
    let read = get(shop.gateway, &format!("/users/{user}"));
    assert_eq!(
        read.status, 200,
        "the user is read after a new start: {}",
        read.text
    );
}
