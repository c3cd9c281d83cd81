//! A workspace that lives, told from its first day on. After each step it builds and passes its tests, and what
//! its owner wrote is still there. Part of the slow proofs: `cargo test --test story`.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/cargo.rs"]
mod cargo;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo::as_in_a_shell;

/// The workspace of this story.
struct Shop(PathBuf);

impl Shop {
    fn new() -> Self {
        let parent = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/proofs");
        fs::create_dir_all(&parent).unwrap();
        let folder = parent.join("story");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let shop = Self(parent);
        shop.microkit(&["new", "story"]);
        Self(folder)
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/generated");
        let status = as_in_a_shell(&mut Command::new(program))
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .status();
        let status = status.unwrap();
        assert!(status.success(), "{program} {arguments:?}: {status}");
    }

    fn microkit(&self, arguments: &[&str]) {
        self.run(env!("CARGO_BIN_EXE_microkit"), arguments);
    }

    /// Replaces a piece of a file, as an editor would.
    fn edit(&self, path: &str, old: &str, new: &str) {
        let path = self.0.join(path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{old} in {}: {text}", path.display());
        fs::write(&path, text.replacen(old, new, 1)).unwrap();
    }

    fn holds(&self, path: &str, part: &str) {
        let text = fs::read_to_string(self.0.join(path)).unwrap();
        assert!(text.contains(part), "{part} in {path}: {text}");
    }

    fn has_no_lints(&self) {
        let cargo = env!("CARGO");
        self.run(cargo, &["fmt", "--all", "--check"]);
        let clippy = ["clippy", "--locked", "--workspace", "--all-targets"];
        self.run(cargo, &[&clippy[..], &["--", "-D", "warnings"]].concat());
    }

    fn builds_and_passes(&self) {
        self.run(env!("CARGO"), &["test", "--quiet", "--workspace"]);
        self.microkit(&["generate", "--check"]);
    }
}

#[test]
fn a_workspace_lives() {
    // The first day.
    let shop = Shop::new();
    shop.has_no_lints();
    shop.builds_and_passes();

    // The owner writes the first rule: the total is what the items cost. The test that came with it has to follow.
    let requests = "services/order-service/src/orders/requests.rs";
    shop.edit(
        requests,
        "            total: Decimal::ZERO,",
        "            total: total(&self.items),",
    );
    shop.edit(
        requests,
        "            items: List(self.items),\n            total: total(&self.items),",
        "            total: total(&self.items),\n            items: List(self.items),",
    );
    shop.edit(
        requests,
        "impl NewOrder {",
        "/// What the items cost together.\nfn total(items: &[OrderItem]) -> Decimal {\n    items.iter().fold(Decimal::ZERO, |sum, item| {\n        sum + item.price * Decimal::from(item.quantity)\n    })\n}\n\nimpl NewOrder {",
    );
    shop.builds_and_passes();

    // Customers want to be told: a new service takes the event, and nobody else has to change.
    shop.microkit(&[
        "add-service",
        "notification-service",
        "--consumes",
        "order.created",
        "--resource",
        "note: body:text, state:NEW|SENT:default=NEW",
    ]);
    shop.holds(requests, "fn total(items: &[OrderItem])");
    shop.builds_and_passes();

    // An order gets another field, in the file with the owner's rule in it.
    shop.edit(
        "microkit.toml",
        "default = \"PENDING\" }\n",
        "default = \"PENDING\" }\nfields.remark = { type = \"string\", required = false }\n",
    );
    shop.microkit(&["generate"]);
    for part in ["remark: self.remark", "total: total(&self.items)"] {
        shop.holds(requests, part);
    }
    shop.builds_and_passes();

    // The word of the trade turns out to be another one.
    shop.microkit(&["rename-service", "order-service", "sales-service"]);
    shop.holds(
        "services/sales-service/src/orders/requests.rs",
        "fn total(items: &[OrderItem])",
    );
    assert!(!shop.0.join("services/order-service").exists());
    shop.builds_and_passes();

    // A newer microkit comes. What an older one would have left is put here by hand.
    for path in [".microkit/base/clippy.toml", "clippy.toml"] {
        fs::write(shop.0.join(path), "# of old\n").unwrap();
    }
    fs::write(shop.0.join(".microkit/version"), "0.0.1\n").unwrap();
    shop.microkit(&["upgrade"]);
    shop.builds_and_passes();

    // And notifications are bought from somebody else after all.
    shop.microkit(&["remove-service", "notification-service"]);
    shop.builds_and_passes();
}
