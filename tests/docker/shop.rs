//! The shop from the first build to the last stop: one system that all of this happens to, one thing after the other.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use super::contract::contract;
use super::engine::{Engine, engine};
use super::project::Project;

mod borders;
mod changes;
mod faults;

const SERVICES: [&str; 3] = ["user-service", "order-service", "payment-service"];

/// The images of the first build are `microkit-test/shop/…`.
pub const NAME: &str = "shop";

/// How the images of the committed shop were built.
pub struct Build {
    took: Duration,
    /// How often each crate was compiled, those of others too; by name and version.
    compiled: BTreeMap<String, usize>,
}

/// A copy of the committed shop. One line in it is unlike that of every earlier run, so that there is something to build.
pub fn copy(engine: &'static Engine, name: &str) -> Project {
    static LINE: OnceLock<String> = OnceLock::new();
    let line = LINE.get_or_init(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        format!("// built at {}\n", now.unwrap().as_nanos())
    });
    let shop = Project::of_committed_shop(engine, name);
    let source = "services/user-service/src/lib.rs";
    let text = shop.read(source) + line;
    std::fs::write(shop.folder.join(source), text).unwrap();
    shop
}

/// Builds the images, for the first test that needs them.
pub fn built(engine: &'static Engine) -> &'static Build {
    static BUILT: OnceLock<Build> = OnceLock::new();
    BUILT.get_or_init(|| build(&copy(engine, NAME)))
}

fn build(shop: &Project) -> Build {
    let begun = Instant::now();
    let mut command = shop.engine.command("docker", &shop.folder);
    command.args(["compose", "--progress", "plain", "build"]);
    let output = command.output().unwrap();
    let log = [output.stdout, output.stderr].concat();
    let log = String::from_utf8_lossy(&log);
    assert!(output.status.success(), "the images are built:\n{log}");
    let took = begun.elapsed();
    let mut compiled = BTreeMap::new();
    let crates = log.split("   Compiling ").skip(1);
    for one in crates.filter_map(|rest| rest.lines().next()) {
        // With its version: of some there are two. A member of the workspace has its folder behind that.
        let name: Vec<&str> = one.split(' ').take(2).collect();
        *compiled.entry(name.join(" ")).or_default() += 1;
    }
    Build { took, compiled }
}

impl Build {
    fn holds(&self) {
        let crates = self.compiled.len();
        let most = self.compiled.values().max();
        println!(
            "`docker compose build` of 4 images: {:.1?}, {crates} crates compiled, none more than {} times, tokio {} times",
            self.took,
            most.unwrap_or(&0),
            self.of("tokio")
        );
        let changed = self.of("user-service");
        assert_eq!(changed, 1, "what changed is compiled once");
        assert_eq!(most, Some(&1), "one build serves all: {:?}", self.compiled);
    }

    /// How often this crate was compiled, in any version.
    fn of(&self, name: &str) -> usize {
        let versions = self.compiled.iter();
        let versions = versions.filter(|(one, _)| one.split(' ').next() == Some(name));
        versions.map(|(_, times)| times).sum()
    }
}

#[test]
fn the_shop_from_the_first_build_to_the_last_stop() {
    let Some(engine) = engine() else { return };
    built(engine).holds();
    let shop = copy(engine, NAME);
    let took = shop.up(&[]);
    let (used, most) = shop.memory();
    println!(
        "from nothing to {} healthy containers: {took:.1?}; they use {used:.0} MiB of at most {most:.0} MiB",
        shop.containers("").len()
    );
    for name in ["gateway"].iter().chain(&SERVICES) {
        println!("image of {name}: {:.1} MB", size(&shop, name));
    }
    contract(shop.gateway);
    println!("the lesson's contract holds through the published port");
    borders::hardening(&shop);
    borders::isolation(&shop);
    faults::instances(&shop);
    borders::observation(&shop);
    faults::broker(&shop);
    changes::stop_and_start(&shop);
    changes::down_and_up(&shop);
}

/// The size of an image, in MB.
fn size(shop: &Project, name: &str) -> f64 {
    let image = format!("microkit-test/{NAME}/{name}");
    let size = shop
        .engine
        .docker(&["image", "inspect", "--format", "{{.Size}}", &image]);
    size.parse::<f64>().unwrap() / 1e6
}
