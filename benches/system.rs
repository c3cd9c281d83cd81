//! How fast and how large a generated system is: `LESSON=… cargo bench --bench system`, for Linux.
//!
//! The shop as it is deployed beside the lesson's Flask services, its gateway beside nginx, and how soon a service is
//! ready. Both sides of a ratio run on the same machine, in turns. LESSON is the folder of the lesson's code; without
//! it that side is left out. `-- lesson`, `-- start` or `-- gateway` runs one part. `.ci/servers` installs what it needs.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark starts programs and reads what they cost"
)]

use std::env;
use std::time::Instant;

#[path = "system/figures.rs"]
mod figures;
#[path = "system/gateway.rs"]
mod gateway;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/support/http.rs"]
mod http;
#[path = "system/lesson.rs"]
mod lesson;
#[path = "system/load.rs"]
mod load;
#[path = "system/memory.rs"]
mod memory;
#[path = "system/nginx.rs"]
mod nginx;
#[path = "system/program.rs"]
mod program;
#[path = "../tests/support/servers/mod.rs"]
mod servers;
#[path = "system/shop.rs"]
mod shop;
#[path = "system/start.rs"]
mod start;
#[path = "system/versus.rs"]
mod versus;

const PARTS: [(&str, fn()); 3] = [
    ("lesson", versus::measure),
    ("start", start::measure),
    ("gateway", gateway::measure),
];

fn main() {
    // Cargo adds options of its own.
    let words: Vec<String> = env::args().skip(1).collect();
    let chosen: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = chosen
        .iter()
        .find(|word| !PARTS.iter().any(|(name, _)| name == *word))
    {
        eprintln!("no part `{unknown}`: there are lesson, start and gateway");
        std::process::exit(2);
    }
    let lesson = env::var_os("LESSON").map_or("", |_| "LESSON=… ");
    let rest: String = chosen.iter().map(|word| format!(" {word}")).collect();
    let rest = if rest.is_empty() {
        rest
    } else {
        format!(" --{rest}")
    };
    println!("{lesson}cargo bench --bench system{rest}\n");
    shop::build();
    let begun = Instant::now();
    for (name, measure) in PARTS {
        if chosen.is_empty() || chosen.iter().any(|word| *word == name) {
            measure();
        }
    }
    println!(
        "{:.0} s after the build of the shop",
        begun.elapsed().as_secs_f64()
    );
}
