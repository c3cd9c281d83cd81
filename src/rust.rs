//! Rust that somebody wrote, to be parsed: by `judge/code`, which looks at it, and `workspace/merge.rs`, which has changed it.

use std::thread;

/// What is longer or nests deeper is nobody's handwork, and a parser that descends would not come back from it.
const LONGEST: usize = 1024 * 1024;
const DEEPEST: usize = 500;
/// Enough for what is neither.
const STACK: usize = 256 * 1024 * 1024;

/// Does the work on a text with as much stack as it may need. None for what is not to be tried.
pub fn with_room<T: Send>(text: &str, work: impl FnOnce(&str) -> T + Send) -> Option<T> {
    if text.len() > LONGEST || depth(text) > DEEPEST {
        return None;
    }
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, || work(text)).ok()?;
        thread.join().ok()
    })
}

/// How deep brackets nest, those in texts and comments counted too.
fn depth(text: &str) -> usize {
    let mut deepest = 0;
    text.bytes().fold(0_usize, |depth, byte| {
        let depth = match byte {
            b'(' | b'[' | b'{' => depth + 1,
            b')' | b']' | b'}' => depth.saturating_sub(1),
            _ => depth,
        };
        deepest = deepest.max(depth);
        depth
    });
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nests_or_goes_on_without_end_is_read_or_refused_and_ends_nothing() {
        let parses = |text: &str| with_room(text, |text| syn::parse_file(text).is_ok());
        let of = |expression: String| format!("fn f() {{ {expression}; }}\n");
        let nested = |depth| of("(".repeat(depth) + "1" + &")".repeat(depth));
        assert_eq!(parses(&nested(DEEPEST - 2)), Some(true));
        assert_eq!(parses(&nested(DEEPEST)), None);
        let links = LONGEST / 4 - 100;
        assert_eq!(
            parses(&of("a".to_owned() + &".b()".repeat(links))),
            Some(true)
        );
        assert_eq!(
            parses(&of("1".to_owned() + &" + 1".repeat(links))),
            Some(true)
        );
        assert_eq!(parses(&"//".repeat(LONGEST)), None);
    }
}
