//! What holds for every command: help, exit codes, colours, streams, completions.

use std::fs;
use std::process::Stdio;

use crate::support::{Answer, Place};

#[test]
fn help_names_the_commands_and_the_exit_codes() {
    let answer = Place::empty().run(&["--help"]).succeeded();
    for part in [
        "new",
        "generate",
        "check",
        "explain",
        "completions",
        "Exit codes:",
        "NO_COLOR",
    ] {
        assert!(answer.out.contains(part), "{part} is not in {}", answer.out);
    }
    assert!(!answer.out.contains("announce"), "{}", answer.out);
}

#[test]
fn a_command_that_does_not_exist_brings_the_nearest_one_up() {
    Place::empty()
        .run(&["generat"])
        .failed(2, &["similar subcommand", "generate"]);
}

#[test]
fn outside_a_workspace_there_is_nothing_to_generate() {
    Place::empty()
        .run(&["generate"])
        .failed(2, &["there is no microkit.toml", "microkit new"]);
}

#[test]
fn there_is_no_colour_outside_a_terminal_and_none_with_no_color() {
    let place = Place::empty();
    place.write("wrong.toml", "[system\n");
    let wrong = ["new", "x", "--manifest", "wrong.toml"];
    for arguments in [&wrong[..], &["new", "My Shop"], &["generat"], &["--help"]] {
        let plain = place.run(arguments);
        assert!(
            !plain.err.contains('\x1b') && !plain.out.contains('\x1b'),
            "{plain:?}"
        );
        let output = place
            .command(arguments)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let quiet = Answer::of(output);
        assert!(
            !quiet.err.contains('\x1b') && !quiet.out.contains('\x1b'),
            "{quiet:?}"
        );
    }
}

#[test]
fn colour_can_be_asked_for() {
    let place = Place::empty();
    let output = place
        .command(&["new", "My Shop"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    assert!(Answer::of(output).err.contains("\x1b["));
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let place = Place::empty();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = place
        .command(&["completions", "bash"])
        .stdout(writer)
        .output()
        .unwrap();
    Answer::of(output).succeeded();
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_can_not_be_written_is_a_failure() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let place = Place::empty();
    let output = place
        .command(&["completions", "bash"])
        .stdout(full)
        .output()
        .unwrap();
    Answer::of(output).failed(1, &["can't write the answer to stdout"]);
}

#[test]
fn a_failure_with_a_closed_stderr_still_has_its_exit_code() {
    let place = Place::empty();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = place.command(&["new", "My Shop"]);
    let status = command
        .stdout(Stdio::null())
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn every_shell_gets_its_completions_and_they_know_the_options() {
    let place = Place::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = place.run(&["completions", shell]).succeeded();
        assert!(answer.out.contains("dry-run"), "{shell}");
    }
    place.run(&["completions", "fsh"]).failed(2, &["fish"]);
}

#[test]
fn a_warning_is_shown_by_every_command_that_reads_the_manifest_and_stops_none() {
    let mut place = Place::empty();
    let unused = "[events.\"order.lost\"]\norder_id = \"uuid\"\n";
    place.write(
        "draft.toml",
        &format!("[system]\nname = \"shop\"\n[services.order-service]\n{unused}"),
    );
    let new = place.run(&["new", "shop", "--manifest", "draft.toml"]);
    place.here.push("shop");
    let all = [new, place.run(&["check"]), place.run(&["generate"])];
    for answer in all {
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(answer.err.contains("MK0404"), "{answer:?}");
    }
}

#[test]
fn without_a_command_it_says_where_one_is_and_what_makes_sense_there() {
    let outside = Place::empty();
    let answer = outside.run(&[]).succeeded();
    for part in ["There is no workspace here yet", "microkit new shop --run"] {
        assert!(answer.out.contains(part), "{}", answer.out);
    }
    let place = Place::shop();
    let answer = place.run(&[]).succeeded();
    for part in [
        "shop: 3 services behind a gateway on port 8000",
        "microkit run",
        "microkit lab",
        "microkit explain",
    ] {
        assert!(answer.out.contains(part), "{}", answer.out);
    }
    place.add_service("extra", 8050);
    let behind = place.run(&[]).succeeded();
    assert!(
        behind.out.contains("microkit generate --dry-run"),
        "{}",
        behind.out
    );
    place.run(&["generate"]).succeeded();
    fs::rename(place.path(".microkit"), place.path("lost")).unwrap();
    place.write("README.md", "mine\n");
    let lost = place.run(&[]).succeeded();
    assert!(lost.out.contains("microkit adopt"), "{}", lost.out);
    place.run(&["adopt"]).succeeded();
    place.write(".microkit/version", "99.0.0\n");
    let newer = place.run(&[]).succeeded();
    assert!(newer.out.contains("microkit 99.0.0"), "{}", newer.out);
    assert!(!newer.out.contains("microkit generate"), "{}", newer.out);
    let draft = Place::empty();
    draft.write("microkit.toml", &place.read("microkit.toml"));
    let unwritten = draft.run(&[]).succeeded();
    let words = "writes the workspace that the manifest describes";
    assert!(unwritten.out.contains(words), "{}", unwritten.out);
    place.write("microkit.toml", "[system]\n");
    let wrong = place.run(&[]).succeeded();
    assert!(wrong.out.contains("has mistakes"), "{}", wrong.out);
    assert!(wrong.out.contains("microkit check"), "{}", wrong.out);
}

#[test]
fn without_a_command_it_speaks_the_language_of_the_locale() {
    let place = Place::shop();
    let spanish = |place: &Place| {
        let output = place.command(&[]).env("LC_ALL", "es_ES.UTF-8").output();
        Answer::of(output.unwrap()).succeeded().out
    };
    assert!(spanish(&Place::empty()).contains("Aquí aún no hay ningún workspace"));
    let told = spanish(&place);
    assert!(
        told.contains("shop: 3 servicios detrás de un gateway"),
        "{told}"
    );
    // What is remarked on comes second.
    let manifest = place.read("microkit.toml");
    let mutual = manifest.replace(
        "calls = [\"user-service\"]",
        "calls = [\"user-service\", \"payment-service\"]",
    );
    place.write("microkit.toml", &mutual);
    place.run(&["generate"]).succeeded();
    let told = spanish(&place);
    assert!(told.contains("microkit check     1 observación"), "{told}");
    // Of the code as well.
    let repository = "services/order-service/src/orders/repository.rs";
    let careless = place.read(repository).replace(
        "self.outbox.publish(&transaction, &event).await?;",
        "let _ = self.outbox.publish(&transaction, &event).await;",
    );
    place.write(repository, &careless);
    let told = spanish(&place);
    assert!(
        told.contains("microkit check     2 observaciones"),
        "{told}"
    );
}

#[test]
fn a_base_that_was_not_committed_is_told_as_that() {
    let place = Place::shop();
    fs::remove_dir_all(place.path(".microkit/base")).unwrap();
    place.run(&["generate", "--check"]).failed(
        1,
        &[
            "does not know",
            "not committed whole",
            "commit `.microkit/`",
        ],
    );
    place.run(&["generate"]).succeeded();
    place.run(&["generate", "--check"]).succeeded();
}
