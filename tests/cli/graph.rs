//! `microkit graph`: the formats, what it is compared with, and what goes wrong.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Answer, Place};

const SHOP: &str = r#"flowchart LR
    clients(["clients"])
    subgraph monolith["modular monolith: all in one process"]
        gateway["API gateway"]
        subgraph services["services"]
            s_order_service["order-service"]
            d_order_service_postgres[("PostgreSQL")]
            s_payment_service["payment-service"]
            d_payment_service_postgres[("PostgreSQL")]
            s_user_service["user-service"]
            d_user_service_postgres[("PostgreSQL")]
            e_order__created(["order.created"])
        end
    end
    clients --> gateway
    gateway --> services
    s_order_service --- d_order_service_postgres
    s_payment_service --- d_payment_service_postgres
    s_user_service --- d_user_service_postgres
    s_order_service --> s_user_service
    s_payment_service --> s_order_service
    s_order_service -.-> e_order__created
    e_order__created -.-> s_payment_service
    style monolith fill:none,stroke-dasharray:6 4
"#;

/// The shop's manifest in `microkit.toml`; nothing else is needed.
fn shop() -> Place {
    let place = Place::empty();
    place.write(
        "microkit.toml",
        include_str!("../../templates/examples/shop.toml"),
    );
    place
}

/// In a locale, with no other set.
fn graph_in(place: &Place, locale: (&str, &str), arguments: &[&str]) -> Answer {
    let mut command = place.command(arguments);
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    Answer::of(command.env(locale.0, locale.1).output().unwrap())
}

fn graph(place: &Place, arguments: &[&str]) -> Answer {
    let arguments: Vec<&str> = ["graph"].iter().chain(arguments).copied().collect();
    graph_in(place, ("LC_ALL", "C"), &arguments)
}

/// A repository of the folder's own, whatever the one who runs the test has set.
fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", folder.join("none"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .status();
    assert!(status.unwrap().success(), "git {arguments:?}");
}

/// The folder is a repository, with everything in it committed.
fn committed(place: &Place) {
    git(&place.here, &["init", "--quiet", "--initial-branch=main"]);
    git(&place.here, &["add", "."]);
    git(&place.here, &["commit", "--quiet", "--message=first"]);
}

#[test]
fn the_shop_is_drawn_in_mermaid_unless_another_format_is_asked_for() {
    let place = shop();
    assert_eq!(graph(&place, &[]).succeeded().out, SHOP);
    assert_eq!(
        graph(&place, &["--format", "mermaid"]).succeeded().out,
        SHOP
    );
    let dot = graph(&place, &["--format", "dot"]).succeeded().out;
    assert!(dot.starts_with("digraph \"shop\" {\n"), "{dot}");
    let svg = graph(&place, &["--format", "svg"]).succeeded().out;
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
        "{svg}"
    );
}

#[test]
fn the_manifest_is_found_above_or_named() {
    let mut place = shop();
    fs::create_dir(place.path("deep")).unwrap();
    place.here.push("deep");
    assert_eq!(graph(&place, &[]).succeeded().out, SHOP);
    place.here.pop();
    fs::rename(place.path("microkit.toml"), place.path("draft.toml")).unwrap();
    assert_eq!(
        graph(&place, &["--manifest", "draft.toml"]).succeeded().out,
        SHOP
    );
}

#[test]
fn the_workspace_carries_the_same_picture_in_its_readme() {
    let place = Place::shop();
    let readme = place.read("README.md");
    assert!(
        readme.contains(&format!("```mermaid\n{SHOP}```\n")),
        "{readme}"
    );
}

#[test]
fn a_large_system_is_not_drawn_in_the_readme() {
    let place = shop();
    let services: String = (0..38)
        .map(|number| format!("[services.s{number}]\n"))
        .collect();
    let manifest = place.read("microkit.toml");
    place.write("large.toml", &format!("{manifest}\n{services}"));
    place
        .run(&["new", "large", "--manifest", "large.toml"])
        .succeeded();
    let readme = place.read("large/README.md");
    assert!(
        !readme.contains("```mermaid") && readme.contains("microkit graph --format svg"),
        "{readme}"
    );
}

#[test]
fn a_change_against_a_file_is_marked_and_told() {
    let place = shop();
    let old = place.read("microkit.toml");
    place.write("old.toml", &old);
    place.add_service("review-service", 8004);
    for (format, mark) in [
        ("mermaid", "s_review_service[\"review-service\"]:::added"),
        ("dot", "class=\"added\""),
        ("svg", "<g class=\"service added\">"),
    ] {
        let answer = graph(&place, &["--diff", "old.toml", "--format", format]);
        assert_eq!(
            (answer.code, answer.err.as_str()),
            (Some(0), "+ service review-service\n")
        );
        assert!(answer.out.contains(mark), "{}", answer.out);
    }
    let back = graph(
        &place,
        &["--manifest", "old.toml", "--diff", "microkit.toml"],
    );
    assert_eq!(back.err, "- service review-service\n");
    assert!(back.out.contains(":::removed"), "{}", back.out);
    let same = graph(&place, &["--diff", "microkit.toml"]);
    assert_eq!(same.code, Some(0));
    assert!(same.err.contains("the same services"), "{}", same.err);
}

#[test]
fn a_change_since_a_revision_is_marked_also_in_a_folder_of_the_repository() {
    let mut place = shop();
    fs::create_dir(place.path("systems")).unwrap();
    fs::rename(
        place.path("microkit.toml"),
        place.path("systems/microkit.toml"),
    )
    .unwrap();
    committed(&place);
    place.here.push("systems");
    place.add_service("review-service", 8004);
    // A branch may be called like a folder.
    git(&place.here, &["branch", "notes"]);
    fs::create_dir(place.path("notes")).unwrap();
    for revision in ["HEAD", "main", "HEAD^{commit}", "notes"] {
        let answer = graph(&place, &["--diff", revision]);
        assert_eq!(
            (answer.code, answer.err.as_str()),
            (Some(0), "+ service review-service\n")
        );
    }
    place.here.pop();
    let answer = graph(
        &place,
        &["--manifest", "systems/microkit.toml", "--diff", "main"],
    );
    assert_eq!(answer.err, "+ service review-service\n");
}

#[test]
fn a_revision_that_can_not_be_had_is_explained() {
    let place = shop();
    graph(&place, &["--diff", "main"]).failed(2, &["no file `main`", "another manifest"]);
    committed(&place);
    graph(&place, &["--diff", "mian"]).failed(2, &["`mian` is neither", "did you mean `main`?"]);
    graph(&place, &["--diff", "HEAD~9"]).failed(2, &["`HEAD~9` is neither"]);
    graph(&place, &["--diff=--help"]).failed(2, &["`--help` is neither"]);
    graph(&place, &["--diff", "."]).failed(2, &["`.` is a folder", "microkit.toml"]);
    place.write("new.toml", &place.read("microkit.toml"));
    graph(&place, &["--manifest", "new.toml", "--diff", "main"])
        .failed(2, &["revision `main` has no `new.toml`"]);
    let nowhere = place
        .command(&["graph", "--diff", "main"])
        .env("PATH", "")
        .output()
        .unwrap();
    Answer::of(nowhere).failed(1, &["there is no `git` on the PATH"]);
}

#[test]
fn a_mistake_is_shown_in_the_file_or_revision_that_has_it() {
    let place = Place::empty();
    place.write("microkit.toml", "[system]\nname = \"Shop\"\n");
    committed(&place);
    graph(&place, &[]).failed(2, &["MK0", "microkit.toml:2"]);
    place.write("old.toml", &place.read("microkit.toml"));
    place.write(
        "microkit.toml",
        include_str!("../../templates/examples/shop.toml"),
    );
    graph(&place, &["--diff", "old.toml"]).failed(2, &["MK0", "old.toml:2"]);
    graph(&place, &["--diff", "HEAD"]).failed(2, &["MK0", "HEAD:", "microkit.toml:2"]);
}

#[test]
fn the_words_follow_the_locale_unless_a_language_is_asked_for() {
    let place = shop();
    let spanish = graph_in(&place, ("LANG", "es_MX.UTF-8"), &["graph"]).succeeded();
    assert!(spanish.out.contains("\"servicios\""), "{}", spanish.out);
    let english = graph_in(&place, ("LANG", "es_MX.UTF-8"), &["graph", "--lang", "en"]);
    assert_eq!(english.succeeded().out, SHOP);
    let asked = graph(&place, &["--lang", "es"]).succeeded();
    assert_eq!(asked.out, spanish.out);
}

#[test]
fn outside_a_workspace_there_is_nothing_to_draw() {
    graph(&Place::empty(), &[]).failed(2, &["there is no microkit.toml", "microkit new"]);
}

#[test]
fn a_format_or_language_that_does_not_exist_brings_the_nearest_up() {
    let place = shop();
    graph(&place, &["--format", "svgg"]).failed(2, &["similar value", "svg"]);
    graph(&place, &["--lang", "fr"]).failed(2, &["possible values", "en", "es"]);
}
