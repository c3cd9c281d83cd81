//! How fast a workspace is written, and in how much memory: `cargo bench --bench generate`.
//!
//! Both sides of a ratio are measured in the same run, in turns: `microkit new` as a whole program
//! against `cp -r` of the tree that it wrote; and 1 to 1,000 services against each other. Prints
//! the medians beside the bars that the project has set itself. For Linux, which tells the memory.
//! BENCH_FOLDER moves it to another disk, such as /dev/shm where the target folder's is busy.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark is about the disk, and ends when something fails"
)]

use std::env;
use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use microkit::commands::manifest::{load, read};
use microkit::{plan, workspace};
use tempfile::TempDir;

const ROUNDS: usize = 15;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, word, manifest, target] = &arguments[..]
        && word == "write"
    {
        return write_and_tell_memory(Path::new(manifest), Path::new(target));
    }
    let disk = env::var("BENCH_FOLDER").unwrap_or(env!("CARGO_TARGET_TMPDIR").to_owned());
    let folder = TempDir::new_in(disk).unwrap();
    if env::args().any(|word| word == "living") {
        return living(folder.path());
    }
    against_cp(folder.path());
    growth(folder.path());
    living(folder.path());
}

/// The shop, against `cp -r` of the same tree.
fn against_cp(folder: &Path) {
    let shop = folder.join("shop");
    let copy = folder.join("copy");
    let [mut ours, mut theirs] = [vec![], vec![]];
    for _ in 0..ROUNDS {
        ours.push(time(microkit(folder).args(["new", "shop"])));
        theirs.push(time(Command::new("cp").arg("-r").args([&shop, &copy])));
        fs::remove_dir_all(&shop).unwrap();
        fs::remove_dir_all(&copy).unwrap();
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("the shop, whole program    {:>8.1} ms", milliseconds(ours));
    println!(
        "cp -r of the same tree     {:>8.1} ms",
        milliseconds(theirs)
    );
    println!(
        "ratio                      {:>8.2}    (at most 1.5)\n",
        ratio(ours, theirs)
    );
}

/// More and more services: time and memory per service.
fn growth(folder: &Path) {
    println!("services   files  command ms   of it planning ms   cp -r ms   ratio   peak MiB");
    for services in [1, 10, 100, 1_000] {
        let text = manifest(services);
        let path = folder.join("big.toml");
        fs::write(&path, &text).unwrap();
        let (target, copy) = (folder.join("big"), folder.join("copy"));
        let rounds = if services < 1_000 { ROUNDS } else { ROUNDS / 3 };
        let [mut ours, mut theirs, mut planning] = [vec![], vec![], vec![]];
        for _ in 0..rounds {
            ours.push(time(microkit(folder).args([
                "new",
                "big",
                "--manifest",
                "big.toml",
            ])));
            theirs.push(time(Command::new("cp").arg("-r").args([&target, &copy])));
            fs::remove_dir_all(&target).unwrap();
            fs::remove_dir_all(&copy).unwrap();
            let begin = Instant::now();
            black_box(plan::plan(&read(&path, text.clone()).unwrap().system));
            planning.push(begin.elapsed());
        }
        let files = plan::plan(&load(&path).unwrap().system).len() + 1;
        let (ours, theirs) = (median(ours), median(theirs));
        println!(
            "{services:>8} {files:>7} {:>11.1} {:>19.1} {:>10.1} {:>7.2} {:>10.1}",
            milliseconds(ours),
            milliseconds(median(planning)),
            milliseconds(theirs),
            ratio(ours, theirs),
            peak(&path, &target)
        );
        fs::remove_dir_all(&target).unwrap();
    }
    println!(
        "(1,000 services in at most 1,000 ms; time and memory linear; the shop in at most 50 MiB)"
    );
}

/// One more service in a small workspace and in a large one, and a run with nothing to do.
fn living(folder: &Path) {
    println!("\nservices   add-service ms   KiB written   generate ms (nothing to do)");
    for services in [3, 100] {
        fs::write(folder.join("big.toml"), manifest(services)).unwrap();
        let new = ["new", "big", "--manifest", "big.toml"];
        time(microkit(folder).args(new));
        let workspace = folder.join("big");
        let (mut adding, mut idle, mut written) = (vec![], vec![], 0);
        for _ in 0..ROUNDS {
            let begin = SystemTime::now();
            let add = [
                "add-service",
                "extra",
                "--calls",
                "s0-service",
                "--port",
                "9999",
            ];
            adding.push(time(microkit(&workspace).args(add)));
            written = written_since(begin, &workspace);
            idle.push(time(microkit(&workspace).arg("generate")));
            time(microkit(&workspace).args(["remove-service", "extra"]));
        }
        println!(
            "{services:>8} {:>16.1} {:>13} {:>13.1}",
            milliseconds(median(adding)),
            written / 1024,
            milliseconds(median(idle))
        );
        fs::remove_dir_all(&workspace).unwrap();
    }
}

/// The size of all files that were written since `begin`, in bytes.
fn written_since(begin: SystemTime, folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let sizes = entries.map(|entry| {
        let metadata = entry.metadata().unwrap();
        match metadata.is_dir() {
            true => written_since(begin, &entry.path()),
            false if metadata.modified().unwrap() >= begin => metadata.len(),
            false => 0,
        }
    });
    sizes.sum()
}

/// The peak memory, in MiB, of a process that goes through all four stages.
fn peak(manifest: &Path, target: &Path) -> f64 {
    let itself = env::current_exe().unwrap();
    let output = Command::new(itself)
        .arg("write")
        .args([manifest, target])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse::<f64>()
        .unwrap()
        / 1024.0
}

/// What the child of `peak` does: it prints its own high-water mark in KiB.
fn write_and_tell_memory(manifest: &Path, target: &Path) {
    let loaded = load(manifest).unwrap();
    workspace::create(&plan::plan(&loaded.system), &loaded.text, target).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    println!("{}", line.trim().trim_end_matches(" kB"));
}

/// A chain of services, each with a resource that refers to the one before.
fn manifest(services: u16) -> String {
    let mut text = String::from("[system]\nname = \"big\"\n\n[gateway]\nport = 8000\n");
    for number in 0..services {
        let name = format!("s{number}-service");
        write!(
            text,
            "\n[services.{name}]\nport = {}\ndatabase = \"postgres\"\n",
            10_000 + number
        )
        .unwrap();
        if number > 0 {
            writeln!(text, "calls = [\"s{}-service\"]", number - 1).unwrap();
        }
        write!(
            text,
            "\n[services.{name}.resources.thing{number}]\nfields.name = \"string\"\n\
             fields.price = {{ type = \"decimal\", min = \"0.01\" }}\nfields.count = \"integer\"\n"
        )
        .unwrap();
        if let Some(before) = number.checked_sub(1) {
            writeln!(
                text,
                "fields.thing{before}_id = {{ type = \"reference\", to = \"s{before}-service/thing{before}\" }}"
            )
            .unwrap();
        }
    }
    text
}

fn microkit(folder: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_microkit")));
    command.current_dir(folder);
    command
}

fn time(command: &mut Command) -> Duration {
    let begin = Instant::now();
    let status = command.stdout(Stdio::null()).status().unwrap();
    let elapsed = begin.elapsed();
    assert!(status.success(), "{command:?}");
    elapsed
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
