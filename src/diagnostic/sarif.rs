//! Findings as SARIF 2.1.0, which code scanning of GitHub and of other hosts reads: `microkit check --format sarif`.
//!
//! Each code that occurs is a rule with its page as help; what the manifest allows is a suppressed result.

use serde_json::{Value, json};

use super::position::{Lines, Region};
use super::{Code, Finding, Label, Severity};
use crate::lang::Lang;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The findings in the order given. `path` is the file, relative to the root of the repository if anybody is to find it
/// there.
pub fn sarif(path: &str, text: &str, findings: &[Finding<'_>]) -> String {
    let mut codes: Vec<Code> = findings.iter().map(|one| one.diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let level = |code: Code| {
        let mut of_code = findings.iter().filter(|one| one.diagnostic.code == code);
        let first = of_code.next();
        first.map_or(Severity::Error, |one| one.diagnostic.severity)
    };
    let rules: Vec<Value> = codes.iter().map(|code| rule(*code, level(*code))).collect();
    let lines = Lines::of(text);
    let results = findings.iter().map(|finding| {
        let index = codes.binary_search(&finding.diagnostic.code);
        let index = index.unwrap_or_default();
        match &finding.diagnostic.source {
            None => result(finding, index, &uri(path), &lines),
            Some(source) => {
                let uri = uri(&source.beside(path));
                result(finding, index, &uri, &Lines::of(&source.text))
            }
        }
    });
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "microkit",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            // A column for each Unicode scalar value, as `position.rs` counts.
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<Value>>(),
        }],
    });
    let written = serde_json::to_string_pretty(&document);
    written.expect("texts and numbers are always JSON") + "\n"
}

fn rule(code: Code, level: Severity) -> Value {
    let page = code.explanation(Lang::En);
    // The heading is the rule's description already.
    let page = page.split_once("\n\n").map_or(page, |(_, rest)| rest);
    let (first, _) = page.split_once("\n\n").unwrap_or((page, ""));
    json!({
        "id": code.as_str(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": code.title() },
        // GitHub insists on one, and shows it where it has no room for the page.
        "fullDescription": { "text": first.replace('\n', " ") },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level.as_str() },
        "properties": { "tags": [if code.is_remark() { "architecture" } else { "manifest" }] },
    })
}

fn result(finding: &Finding<'_>, rule: usize, uri: &str, lines: &Lines<'_>) -> Value {
    let diagnostic = finding.diagnostic;
    let message = match &diagnostic.help {
        Some(help) => format!("{}\n\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let (first, others) = match diagnostic.at.split_first() {
        Some((first, others)) => (Some(first), others),
        None => (None, &[][..]),
    };
    let span = first.map_or(0..0, |label| label.span.clone());
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": rule,
        "level": diagnostic.severity.as_str(),
        "message": { "text": message },
        "locations": [location(uri, lines.region(&span))],
    });
    if !others.is_empty() {
        let related = |(id, label): (usize, &Label)| {
            let mut place = location(uri, lines.region(&label.span));
            place["id"] = json!(id);
            if !label.text.is_empty() {
                place["message"] = json!({ "text": label.text });
            }
            place
        };
        let all: Vec<Value> = others.iter().enumerate().map(related).collect();
        result["relatedLocations"] = json!(all);
    }
    if let Some(reason) = finding.allowed {
        result["suppressions"] = json!([
            { "kind": "inSource", "status": "accepted", "justification": reason },
        ]);
    }
    result
}

fn location(uri: &str, region: Region) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri },
        "region": {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        },
    }})
}

/// The path as a URI reference (RFC 3986): relative stays relative, everything unusual is percent-encoded.
fn uri(path: &str) -> String {
    let path = match cfg!(windows) {
        true => path.replace('\\', "/"),
        false => path.to_owned(),
    };
    let encoded: String = path.bytes().fold(String::new(), |mut uri, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
        uri
    });
    match encoded.strip_prefix('/') {
        Some(rest) => format!("file:///{rest}"),
        None => encoded,
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_reference_that_is_valid_everywhere() {
        assert_eq!(uri("microkit.toml"), "microkit.toml");
        assert_eq!(uri("my shop/ü.toml"), "my%20shop/%C3%BC.toml");
        assert_eq!(uri("/srv/microkit.toml"), "file:///srv/microkit.toml");
    }
}
