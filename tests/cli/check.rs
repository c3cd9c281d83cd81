//! `microkit check`: what it says in each of its three forms, and its exit codes.

use std::fs;

use serde_json::Value;

use crate::support::Place;

/// Two services that call each other, and an event that nobody reads.
const PAIR: &str = "\
[system]
name = \"shop\"

[services.a]
calls = [\"b\"]

[services.b]
database = \"sqlite\"
calls = [\"a\"]
publishes = [\"b.done\"]

[events.\"b.done\"]
b_id = \"uuid\"
";

fn place(text: &str) -> Place {
    let place = Place::empty();
    place.write("microkit.toml", text);
    place
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let answer = place.run(arguments);
    serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

#[test]
fn remarks_are_shown_by_check_alone_and_stop_nothing() {
    let place = place(PAIR);
    let answer = place.run(&["check"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for code in ["warning[MK0602]", "note[MK0609]", "1 warning, 1 note"] {
        assert!(answer.err.contains(code), "{answer:?}");
    }
    assert!(
        answer.out.ends_with("1 event: no mistakes, 2 remarks\n"),
        "{answer:?}"
    );
    let new = place.run(&["new", "shop", "--manifest", "microkit.toml"]);
    assert_eq!(new.code, Some(0), "{new:?}");
    assert!(!new.err.contains("MK06"), "{new:?}");
}

#[test]
fn what_frames_a_remark_is_in_its_language_and_so_is_what_frames_a_mistake() {
    let place = place(PAIR);
    let answer = place.run(&["check", "--lang", "es"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for words in [
        "aviso[MK0602]",
        "nota[MK0609]",
        "= ayuda: ",
        "1 aviso, 1 nota en",
        "cuenta más",
    ] {
        assert!(answer.err.contains(words), "{words}: {answer:?}");
    }
    place.write("microkit.toml", "[system]\nname = \"My Shop\"\n");
    let mistaken = place.run(&["check", "--lang", "es"]);
    mistaken.failed(2, &["error[MK0101]", "= help: call it", "tells more"]);
}

#[test]
fn deny_warnings_fails_until_the_last_one_is_allowed() {
    let place = place(PAIR);
    let refused = ["1 warning, and `--deny-warnings` asks for none", "MK0602"];
    place.run(&["check", "--deny-warnings"]).failed(1, &refused);
    let allowed = format!("allow.MK0602.a = \"they are made one\"\n{PAIR}");
    place.write("microkit.toml", &allowed);
    // A note is no warning.
    let answer = place.run(&["check", "--deny-warnings"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.err.contains("MK0609") && !answer.err.contains("MK0602"));
    assert!(
        answer
            .out
            .ends_with("no mistakes, 1 remark, 1 remark allowed\n"),
        "{answer:?}"
    );
}

#[test]
fn json_has_every_finding_with_its_places_and_the_reason() {
    let place = place(&format!(
        "allow.MK0609.\"b.done\" = \"wer es liest: die Börse\"\n{PAIR}"
    ));
    let document = json(&place, &["check", "--format", "json"]);
    assert_eq!(document["file"], "microkit.toml");
    let diagnostics = document["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 2);
    let pair = &diagnostics[0];
    assert_eq!(
        (&pair["code"], &pair["severity"]),
        (&"MK0602".into(), &"warning".into())
    );
    assert_eq!(pair["message"], "the services `a` and `b` call each other");
    let at = |item: &Value| {
        ["line", "column", "endLine", "endColumn"].map(|key| item[key].as_u64().unwrap_or(0))
    };
    assert_eq!(at(pair), [6, 10, 6, 13]);
    assert_eq!(at(&pair["labels"][1]), [10, 10, 10, 13]);
    assert_eq!(pair["labels"][1]["text"], "`b` waits for `a`");
    assert!(pair["help"].as_str().unwrap().contains("allow.MK0602.a"));
    assert!(pair.get("allowed").is_none());
    assert_eq!(diagnostics[1]["allowed"], "wer es liest: die Börse");
}

#[test]
fn the_code_of_a_workspace_is_judged_with_its_manifest() {
    let place = Place::shop();
    place.run(&["check", "--deny-warnings"]).succeeded();
    // A loop that asks for a payment until it is made.
    let file = "services/payment-service/src/clients/order_service.rs";
    let client = place.read(file);
    let insist = "
impl OrderServiceClient {
    pub async fn insist(&self) {
        while !self.callee.post(\"/orders\", &()).await.is_ok() {}
    }
}
";
    place.write(file, &(client.clone() + insist));
    // A crate of one's own brings another service.
    let shared = "[package]\nname = \"shared\"\n[dependencies]\nuser-service = { path = \"../../services/user-service\" }\n";
    fs::create_dir(place.path("crates/shared")).unwrap();
    place.write("crates/shared/Cargo.toml", shared);
    let manifest = "services/order-service/Cargo.toml";
    let crates = place.read(manifest);
    let with_users = "[dependencies]\nshared = { path = \"../../crates/shared\" }\n";
    place.write(manifest, &crates.replace("[dependencies]\n", with_users));
    let line = client.lines().count() + 4;
    let posted = format!("/{file}:{line}:28");
    let refused = ["MK0610", manifest, "MK0611", "may repeat a POST", &posted];
    place.run(&["check", "--deny-warnings"]).failed(1, &refused);

    let document = json(&place, &["check", "--format", "json"]);
    let found = document["diagnostics"].as_array().unwrap();
    assert_eq!(document["file"], "microkit.toml");
    assert_eq!(
        found.iter().map(|one| &one["file"]).collect::<Vec<_>>(),
        [manifest, file]
    );
    assert_eq!(
        (&found[1]["line"], &found[1]["column"]),
        (&line.into(), &28.into())
    );
    let document = json(&place, &["check", "--format", "sarif"]);
    let location = &document["runs"][0]["results"][1]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], file);
    assert_eq!(location["region"]["startLine"], line);
    // From within the workspace the file is named all the same.
    let mut command = place.command(&["explain", "MK0611"]);
    let output = command.current_dir(place.path("gateway")).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains(&format!("  ../{file}:{line}\n")), "{told}");

    let allowed = "[allow]
MK0610.order-service = \"until the data has moved\"
MK0611.payment-service = \"orders are told apart by their number\"
";
    place.write("microkit.toml", &(place.read("microkit.toml") + allowed));
    let answer = place.run(&["check", "--deny-warnings"]).succeeded();
    assert!(
        answer.out.ends_with("no mistakes, 2 remarks allowed\n"),
        "{answer:?}"
    );
    // Where there is no code to look at, that is no reason to call it allowed in vain.
    let alone = Place::empty();
    alone.write("microkit.toml", &place.read("microkit.toml"));
    alone.run(&["check", "--deny-warnings"]).succeeded();
}

#[test]
fn the_gateway_and_the_compose_file_are_judged_and_told_to_other_programs() {
    let place = Place::shop();
    place.run(&["compose"]).succeeded();
    place.run(&["check", "--deny-warnings"]).succeeded();
    let again = "
pub async fn again(callee: Callee, request: Bytes) -> Result<Response<Body>, CallError> {
    for _ in 0..2 {
        let response = callee.forward(Request::new(request.clone().into())).await?;
        if response.status() != StatusCode::SERVICE_UNAVAILABLE {
            return Ok(response);
        }
    }
    unreachable!()
}
";
    let proxy = "gateway/src/proxy.rs";
    place.write(proxy, &(place.read(proxy) + again));
    let repository = "services/order-service/src/orders/repository.rs";
    let strict = place.read(repository);
    let published = "self.outbox.publish(&transaction, &event).await?;";
    let lenient = strict.replace(
        published,
        "let _ = self.outbox.publish(&transaction, &event).await;",
    );
    assert_ne!(strict, lenient);
    place.write(repository, &lenient);
    let other = "services:\n  order-service:\n    environment:\n      DATABASE_URL: postgres://x@user-service-database/user_service\n";
    place.write("compose.override.yaml", other);

    let document = json(&place, &["check", "--format", "sarif"]);
    let results = document["runs"][0]["results"].as_array().unwrap();
    let found: Vec<_> = results
        .iter()
        .map(|result| {
            let file = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            (result["ruleId"].as_str().unwrap(), file.as_str().unwrap())
        })
        .collect();
    let expected = [
        ("MK0610", "compose.override.yaml"),
        ("MK0611", proxy),
        ("MK0612", repository),
    ];
    assert_eq!(found, expected);
    let allowed = "[allow]
MK0610.order-service = \"until the data has moved\"
MK0611.gateway = \"orders are told apart by their number\"
MK0612.order-service = \"a hint, the report of the night has them all\"
";
    place.write("microkit.toml", &(place.read("microkit.toml") + allowed));
    place.run(&["check", "--deny-warnings"]).succeeded();
}

#[test]
fn columns_count_characters() {
    let place = place("[system]\nname = \"shop\"\n[services]\n'é😀' = {}\na = { 'é😀é' = 1 }\n");
    let document = json(&place, &["check", "--format", "json"]);
    let found = document["diagnostics"].as_array().unwrap();
    let unknown = found.iter().find(|one| one["code"] == "MK0003").unwrap();
    assert_eq!(
        (&unknown["column"], &unknown["endColumn"]),
        (&7.into(), &12.into())
    );
}

#[test]
fn sarif_has_rules_results_and_suppressions() {
    let place = place(&format!(
        "allow.MK0609.\"b.done\" = \"read elsewhere\"\n{PAIR}"
    ));
    let document = json(&place, &["check", "--format", "sarif"]);
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules
        .iter()
        .filter_map(|rule| rule["id"].as_str())
        .collect();
    assert_eq!(ids, ["MK0602", "MK0609"]);
    assert_eq!(rules[0]["name"], "MutualCalls");
    let full = rules[0]["fullDescription"]["text"].as_str().unwrap();
    assert!(
        full.starts_with("Neither works while") && !full.contains('\n'),
        "{full}"
    );
    assert!(
        rules[0]["help"]["markdown"]
            .as_str()
            .unwrap()
            .contains("distributed monolith")
    );
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], ids[index]);
        let file = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(file, "microkit.toml");
    }
    assert_eq!(results[0]["level"], "warning");
    assert_eq!(results[0]["relatedLocations"][0]["id"], 0);
    assert!(results[0].get("suppressions").is_none());
    assert_eq!(
        results[1]["suppressions"][0]["justification"],
        "read elsewhere"
    );
}

#[test]
fn mistakes_are_in_the_document_too_and_the_exit_code_stays() {
    let place = place("[system]\nname = \"shop\"\n[services.a]\ncalls = [\"b\"]\n");
    for (format, member) in [
        ("json", "/diagnostics/0/code"),
        ("sarif", "/runs/0/results/0/ruleId"),
    ] {
        let answer = place.run(&["check", "--format", format]);
        assert_eq!(
            (answer.code, answer.err.as_str()),
            (Some(2), ""),
            "{answer:?}"
        );
        let document: Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!(document.pointer(member).unwrap(), "MK0203");
    }
    place.run(&["check"]).failed(2, &["MK0203"]);
}

#[test]
fn without_findings_the_documents_are_empty_and_valid() {
    let place = place("[system]\nname = \"shop\"\n[services.a]\n");
    let document = json(&place, &["check", "--format", "json", "--deny-warnings"]);
    assert_eq!(document["diagnostics"], Value::Array(Vec::new()));
    let document = json(&place, &["check", "--format", "sarif"]);
    assert_eq!(document["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn an_allowance_follows_its_service() {
    let place = Place::shop();
    let manifest = place.read("microkit.toml");
    let calls = manifest.replace(
        "calls = [\"user-service\"]",
        "calls = [\"user-service\", \"payment-service\"]",
    );
    let allowed = format!("allow.MK0602.order-service = \"for now\"\n{calls}");
    place.write("microkit.toml", &allowed);
    let answer = place.run(&["check", "--deny-warnings"]).succeeded();
    assert!(answer.out.contains("1 remark allowed"), "{answer:?}");
    place.run(&["generate"]).succeeded();
    place
        .run(&["rename-service", "order-service", "selling-service"])
        .succeeded();
    let answer = place.run(&["check", "--deny-warnings"]).succeeded();
    assert!(answer.out.contains("1 remark allowed"), "{answer:?}");
}
