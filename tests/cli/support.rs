//! What every test of the program needs: a temporary folder, the program run in it, and the
//! files of a folder by their paths.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary folder, and the folder in it where the program is run.
pub struct Place {
    pub temp: TempDir,
    pub here: PathBuf,
}

/// What the program answered.
#[derive(Debug)]
pub struct Answer {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn empty() -> Self {
        let temp = TempDir::new().unwrap();
        let here = temp.path().to_owned();
        Self { temp, here }
    }

    /// With the shop in `shop`, where the program is then run.
    pub fn shop() -> Self {
        let mut place = Self::empty();
        place.run(&["new", "shop"]).succeeded();
        place.here.push("shop");
        place
    }

    /// With a system of this manifest in `bakery`, where the program is then run, and a `cargo` that runs `script`.
    pub fn bakery(manifest: &str, script: &str) -> Self {
        let mut place = Self::empty();
        place.write("draft.toml", manifest);
        let new = ["new", "bakery", "--manifest", "draft.toml"];
        place.run(&new).succeeded();
        place.here.push("bakery");
        place.put_cargo(script);
        place
    }

    /// Puts a `cargo` there for `command_with_cargo`.
    pub fn put_cargo(&self, script: &str) {
        fs::create_dir(self.path("bin")).unwrap();
        let cargo = self.path("bin/cargo");
        fs::write(&cargo, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(cargo, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The program with no other cargo than that one.
    pub fn command_with_cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        command.env("PATH", path);
        command
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.here.join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    /// Adds a service to the manifest: files appear, and others change.
    pub fn add_service(&self, name: &str, port: u16) {
        let manifest = self.read("microkit.toml");
        self.write(
            "microkit.toml",
            &format!("{manifest}\n[services.{name}]\nport = {port}\n"),
        );
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_microkit"));
        command
            .args(arguments)
            .current_dir(&self.here)
            .stdin(Stdio::null());
        command
            .env_remove("MICROKIT_KILL_AT")
            .env_remove("MICROKIT_KILL_AT_STEP")
            .env_remove("MICROKIT_FAIL_FROM_STEP")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.command(arguments).output().unwrap())
    }

    /// Runs the program so that it ends, as if killed, at the place of that name.
    pub fn run_killed(&self, arguments: &[&str], at: &str) {
        let output = self
            .command(arguments)
            .env("MICROKIT_KILL_AT", at)
            .output()
            .unwrap();
        let answer = Answer::of(output);
        assert_eq!(answer.code, None, "it was not killed at {at}: {answer:?}");
    }

    pub fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.here)
    }
}

impl Answer {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self
    }

    /// Failed with this exit code, and says all of these on stderr, nothing on stdout.
    #[track_caller]
    pub fn failed(self, code: i32, says: &[&str]) -> Self {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        for part in says {
            assert!(self.err.contains(part), "{part:?} is not in {}", self.err);
        }
        self
    }
}

/// What says nothing in a comparison: the lock, and passwords, which are random.
const UNLIKE: [&str; 3] = [".microkit/lock", ".env", ".env.new"];

/// Every file below `folder` by its path, but for those.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                walk(&entry.path(), &format!("{name}/"), files);
            } else if kind.is_symlink() {
                let target = fs::read_link(entry.path()).unwrap();
                files.insert(name, target.to_str().unwrap().as_bytes().to_vec());
            } else if !UNLIKE.contains(&name.as_str()) {
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, "", &mut files);
    files
}

/// Fails, naming the paths alone, unless two folders hold the same files with the same texts.
#[track_caller]
pub fn assert_same(
    left: &BTreeMap<String, Vec<u8>>,
    right: &BTreeMap<String, Vec<u8>>,
    what: &str,
) {
    let differing: Vec<&String> = left
        .iter()
        .filter(|(path, text)| right.get(*path) != Some(text))
        .map(|(path, _)| path)
        .chain(right.keys().filter(|path| !left.contains_key(*path)))
        .collect();
    assert!(differing.is_empty(), "{what}: {differing:?} differ");
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// A terminal that nobody looks at: what is typed into it, and what it shows.
#[cfg(unix)]
pub struct Terminal {
    own: fs::File,
    other: PathBuf,
}

#[cfg(unix)]
impl Terminal {
    pub fn new() -> Self {
        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
        use std::os::unix::ffi::OsStrExt;

        let own = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&own).unwrap();
        unlockpt(&own).unwrap();
        let name = ptsname(&own, Vec::new()).unwrap();
        Self {
            own: own.into(),
            other: std::ffi::OsStr::from_bytes(name.as_bytes()).into(),
        }
    }

    /// Runs the program with stdin and stderr on the terminal; `err` of the answer is what the terminal showed, with
    /// what was typed. The input ends behind it, so that a question too many fails instead of waiting for ever.
    pub fn run(mut self, mut command: Command, typed: &str) -> Answer {
        use std::io::{Read, Write};

        let side = || {
            let mut options = fs::File::options();
            options.read(true).write(true).open(&self.other).unwrap()
        };
        command.stdin(side()).stderr(side()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The sides that this process has open would keep the terminal from ending with the program.
        drop(command);
        self.own
            .write_all(format!("{typed}\x04").as_bytes())
            .unwrap();
        let mut shown = Vec::new();
        let mut piece = [0; 4096];
        // Linux ends a terminal that nobody else has open with an error.
        while let Ok(length @ 1..) = self.own.read(&mut piece) {
            shown.extend_from_slice(&piece[..length]);
        }
        let mut out = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        Answer {
            code: child.wait().unwrap().code(),
            out,
            err: String::from_utf8(shown).unwrap().replace("\r\n", "\n"),
        }
    }
}
