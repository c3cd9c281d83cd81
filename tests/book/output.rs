//! What a page says that a command prints, held against what it prints.

const ANYTHING: &str = "…";

/// Whether `text` is what `pattern` shows. `…` in a line stands for any characters, alone on a line for any lines.
pub fn matches(pattern: &str, text: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let lines = text.trim().lines();
        lines.map(|line| line.trim_end().to_owned()).collect()
    };
    all_match(&lines(pattern), &lines(text))
}

fn all_match(patterns: &[String], lines: &[String]) -> bool {
    let Some((pattern, rest)) = patterns.split_first() else {
        return lines.is_empty();
    };
    if pattern.trim() == ANYTHING {
        return (0..=lines.len()).any(|skipped| all_match(rest, &lines[skipped..]));
    }
    match lines.split_first() {
        Some((line, others)) => one_matches(pattern, line) && all_match(rest, others),
        None => false,
    }
}

fn one_matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let Some(mut line) = line.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return line.is_empty();
    };
    for part in parts {
        match line.find(part) {
            Some(place) => line = &line[place + part.len()..],
            None => return false,
        }
    }
    line.ends_with(last)
}

#[test]
fn an_ellipsis_stands_for_anything_and_the_rest_for_itself() {
    let text = "{\"id\":\"0199\",\"name\":\"Ada\"}\n  one\n  two\nend\n";
    for pattern in [
        text,
        "{\"id\":\"…\",\"name\":\"Ada\"}\n…\nend",
        "…\n  one\n  two\n…",
        "…",
        "…\nend\n…",
    ] {
        assert!(matches(pattern, text), "{pattern}");
    }
    for pattern in [
        "",
        "…\n  one",
        "{\"id\":\"…\",\"name\":\"Eva\"}\n…",
        "…\n  two\n  one\n…",
        "end",
    ] {
        assert!(!matches(pattern, text), "{pattern}");
    }
}
