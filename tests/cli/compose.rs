//! `microkit compose`: the files that run the system on Docker, and the passwords beside them. What they do on an engine
//! is in `tests/docker/`.

use std::fs;

use crate::support::{Place, assert_same, names};

const FILES: [&str; 4] = [
    "compose.yaml",
    "Dockerfile",
    ".dockerignore",
    ".env.example",
];

/// The variables of `.env` and their values.
fn secrets(place: &Place) -> Vec<(String, String)> {
    let text = place.read(".env");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn new_writes_everything_that_docker_needs_and_passwords_of_its_own() {
    let (one, other) = (Place::shop(), Place::shop());
    for path in FILES {
        assert_eq!(one.read(path), other.read(path), "{path}");
    }
    let (mine, theirs) = (secrets(&one), secrets(&other));
    assert_eq!(mine.len(), 5, "{mine:?}");
    for ((name, value), (_, unlike)) in mine.iter().zip(&theirs) {
        assert!(value.len() >= 20 && value != unlike, "{name}");
        let yaml = one.read("compose.yaml");
        assert!(yaml.contains(&format!("${{{name}:?")), "{name} in {yaml}");
        assert!(!yaml.contains(value), "{name} in {yaml}");
    }
    assert!(one.read(".gitignore").lines().any(|line| line == ".env"));
}

#[cfg(unix)]
#[test]
fn passwords_can_be_read_by_their_owner_alone_and_keep_what_the_user_gave_them() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::shop();
    let mode = |place: &Place| {
        fs::metadata(place.path(".env"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&place), 0o600);
    fs::set_permissions(place.path(".env"), fs::Permissions::from_mode(0o640)).unwrap();
    place.write(".env", "GATEWAY_PORT=8010");
    place.run(&["compose"]).succeeded();
    assert_eq!(mode(&place), 0o640);
}

#[test]
fn a_password_is_made_once_and_only_where_there_is_none() {
    let place = Place::shop();
    let before = place.read(".env");
    place.run(&["compose"]).succeeded();
    assert_eq!(place.read(".env"), before);
    // One is lost, another is empty, a third is the user's own, and so is a line that microkit knows nothing of.
    place.write(
        ".env",
        "GATEWAY_PORT=8010\nRABBITMQ_PASSWORD=\nGRAFANA_PASSWORD=mine # really",
    );
    let answer = place.run(&["compose"]).succeeded();
    assert!(answer.out.starts_with("update  .env\n"), "{}", answer.out);
    let text = place.read(".env");
    assert!(
        text.starts_with("GATEWAY_PORT=8010\nRABBITMQ_PASSWORD="),
        "{text}"
    );
    assert!(text.contains("GRAFANA_PASSWORD=mine # really\n"), "{text}");
    let secrets = secrets(&place);
    assert_eq!(secrets.len(), 6, "{text}");
    assert!(secrets.iter().all(|(_, value)| !value.is_empty()), "{text}");
}

#[test]
fn a_service_that_is_added_is_in_compose_and_has_its_password() {
    let place = Place::shop();
    let before = secrets(&place);
    place
        .run(&[
            "add-service",
            "review-service",
            "--database",
            "postgres",
            "--resource",
            "review: note:text",
        ])
        .succeeded();
    let yaml = place.read("compose.yaml");
    for part in [
        "\n  review-service:\n",
        "\n  review-service-database:\n",
        "networks: [services, review-service-database]",
        "postgres://review_service:${REVIEW_SERVICE_DATABASE_PASSWORD:?",
    ] {
        assert!(yaml.contains(part), "{part} in {yaml}");
    }
    let after = secrets(&place);
    assert_eq!(after[..before.len()], before);
    assert_eq!(after[before.len()].0, "REVIEW_SERVICE_DATABASE_PASSWORD");
    let dashboard = place.read("compose/grafana/dashboards/services.json");
    assert!(dashboard.contains("\"title\": \"review-service\""));
}

#[test]
fn check_and_dry_run_write_nothing_and_stdout_only_prints() {
    let place = Place::shop();
    fs::remove_file(place.path("compose.yaml")).unwrap();
    fs::remove_file(place.path(".env")).unwrap();
    let before = place.tree();
    place
        .run(&["compose", "--check"])
        .failed(1, &["create  compose.yaml", "run `microkit compose`"]);
    let dry = place.run(&["compose", "--dry-run"]).succeeded();
    assert!(dry.out.contains("+++ b/compose.yaml"), "{}", dry.out);
    assert!(dry.out.contains("create  .env\n"), "{}", dry.out);
    let stdout = place.run(&["compose", "--stdout"]).succeeded();
    assert_same(&place.tree(), &before, "the workspace");
    assert!(!place.path(".env").exists());
    place.run(&["compose"]).succeeded();
    assert_eq!(place.read("compose.yaml"), stdout.out);
    // A clone has no `.env`, and is none the worse.
    fs::remove_file(place.path(".env")).unwrap();
    place.run(&["compose", "--check"]).succeeded();
}

#[test]
fn a_deleted_file_stays_deleted_until_it_is_asked_for() {
    let place = Place::shop();
    for path in FILES {
        fs::remove_file(place.path(path)).unwrap();
    }
    fs::remove_file(place.path(".env")).unwrap();
    place.run(&["generate"]).succeeded();
    assert!(!place.path("compose.yaml").exists());
    // Whoever does without Docker is spared its passwords too.
    assert!(!place.path(".env").exists());
    let answer = place.run(&["compose"]).succeeded();
    for path in FILES {
        assert!(
            answer.out.contains(&format!("create  {path}\n")),
            "{}",
            answer.out
        );
    }
    assert!(place.path(".env").exists());
}

#[test]
fn edits_are_merged_and_the_override_is_left_alone() {
    let place = Place::shop();
    let yaml = place.read("compose.yaml");
    let edited = yaml.replace("limits: {memory: 128M}", "limits: {memory: 192M}");
    assert_ne!(edited, yaml);
    place.write("compose.yaml", &edited);
    let own = "services:\n  gateway:\n    environment: {RUST_LOG: debug}\n";
    place.write("compose.override.yaml", own);
    place.add_service("extra", 8050);
    let answer = place.run(&["compose"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.out.contains("merge   compose.yaml\n"),
        "{}",
        answer.out
    );
    assert!(
        answer.err.contains("the code is behind the manifest"),
        "{}",
        answer.err
    );
    let merged = place.read("compose.yaml");
    assert!(merged.contains("limits: {memory: 192M}") && merged.contains("\n  extra:\n"));
    assert_eq!(place.read("compose.override.yaml"), own);
    // Nothing but its own files was touched.
    assert!(!place.path("services/extra").exists());
    place.run(&["generate"]).succeeded();
    place.run(&["generate", "--check"]).succeeded();
    place.run(&["compose", "--check"]).succeeded();
}

#[test]
fn the_memory_is_told_in_sum() {
    let place = Place::shop();
    let answer = place.run(&["compose"]).succeeded();
    let yaml = place.read("compose.yaml");
    let sum: usize = [
        "gateway",
        "order-service",
        "payment-service",
        "user-service",
    ]
    .len()
        * 128
        + 4 * 256
        + 512;
    assert!(
        answer.out.contains(&format!(
            "9 containers with at most {:.1} GiB",
            sum as f64 / 1024.0
        )),
        "{}",
        answer.out
    );
    assert_eq!(yaml.matches("limits: {memory: 128M}").count(), 1, "{yaml}");
}

#[test]
fn one_server_for_all_gives_each_service_a_role_and_a_password() {
    let place = Place::shop();
    let manifest = place.read("microkit.toml");
    place.write(
        "microkit.toml",
        &format!("{manifest}\n[compose]\npostgres = \"shared\"\n"),
    );
    let answer = place.run(&["generate"]).succeeded();
    assert!(
        answer.out.contains("create  compose/databases.sh\n"),
        "{}",
        answer.out
    );
    let yaml = place.read("compose.yaml");
    assert!(yaml.contains("@postgres:5432/user_service"), "{yaml}");
    assert!(!yaml.contains("user-service-database"), "{yaml}");
    assert!(
        secrets(&place)
            .iter()
            .any(|(name, _)| name == "POSTGRES_PASSWORD")
    );
    place.run(&["check"]).succeeded();
}

#[test]
fn a_run_that_is_killed_anywhere_leaves_passwords_whole_or_absent() {
    let mut steps = 0;
    loop {
        let place = Place::shop();
        fs::remove_file(place.path(".env")).unwrap();
        fs::remove_file(place.path("compose.yaml")).unwrap();
        let mut command = place.command(&["compose"]);
        let ended = command
            .env("MICROKIT_KILL_AT_STEP", steps.to_string())
            .output()
            .unwrap();
        if ended.status.success() {
            break;
        }
        if place.path(".env").exists() {
            assert_eq!(secrets(&place).len(), 5);
        }
        place.run(&["compose"]).succeeded();
        assert_eq!(secrets(&place).len(), 5);
        assert!(!names(&place.here).contains(&".env.new".to_owned()));
        steps += 1;
    }
    assert!(steps > 3, "only {steps} steps");
}

#[test]
fn what_is_in_the_way_of_the_passwords_is_told() {
    let place = Place::shop();
    fs::remove_file(place.path(".env")).unwrap();
    fs::create_dir(place.path(".env")).unwrap();
    let answer = place.run(&["compose"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.err.contains("can't read `"), "{}", answer.err);
}
