//! The passwords in `.env`: made once, of letters and digits, and never changed. The file is the user's, is not
//! committed and is no part of any plan. Called by `commands`.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};

use super::disk;

/// The file that Compose reads its variables from.
pub const ENV: &str = ".env";

/// How many letters and digits a password has: 142 bits.
const LENGTH: usize = 24;
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const HEAD: &str = "# The passwords of this system on Docker, for nobody else. .env.example says what else can be set.\n";

/// The variables of a `.env`.
#[derive(Debug, Default)]
pub struct EnvFile {
    text: String,
    /// Whether there is a file.
    exists: bool,
}

/// What came of looking for passwords.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Whether the file was not there before.
    pub created: bool,
    /// The variables that got a password.
    pub added: Vec<String>,
}

impl EnvFile {
    /// The `.env` of the workspace at `root`; an empty one if it has none.
    ///
    /// # Errors
    /// When it can't be read, or is no text.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let path = root.join(ENV);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self { text, exists: true }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("can't read `{}`", path.display())),
        }
    }

    /// The value of a variable; none if it is not set, or set to nothing.
    pub fn get(&self, name: &str) -> Option<&str> {
        // As with Compose, the last one counts.
        let lines = self.text.lines().rev();
        let mut values = lines.filter_map(|line| assigned(line, name));
        values.next().filter(|value| !value.is_empty())
    }

    fn fill(&mut self, names: &[String]) -> anyhow::Result<()> {
        for name in names {
            self.set(name, &password()?);
        }
        Ok(())
    }

    /// Gives a variable a value: in the line that has it empty, or else in a new one.
    fn set(&mut self, name: &str, value: &str) {
        let empty = |line: &str| assigned(line, name).is_some_and(str::is_empty);
        let new = format!("{name}={value}\n");
        if !self.text.lines().any(empty) {
            if !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            self.text.push_str(&new);
            return;
        }
        let lines = self.text.split_inclusive('\n');
        let lines = lines.map(|line| if empty(line) { new.as_str() } else { line });
        self.text = lines.collect();
    }
}

/// The value in a line such as `NAME=value`, without the quotes around it.
fn assigned<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (left, value) = line.split_once('=')?;
    if left.trim() != name {
        return None;
    }
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return Some(rest.split(quote).next().unwrap_or(rest));
        }
    }
    // A comment begins at a `#` behind a space.
    Some(value.split(" #").next().unwrap_or(value).trim())
}

/// Sees to it that each of these variables of `.env` has a value: where there is none, a random one. With `pretend` it
/// only tells which.
///
/// # Errors
/// When the file can't be read or written, or the system has no randomness to give.
pub fn add_secrets(root: &Path, names: &[String], pretend: bool) -> anyhow::Result<Secrets> {
    let mut env = EnvFile::read(root)?;
    let lacking = names.iter().filter(|name| env.get(name).is_none());
    let secrets = Secrets {
        created: !env.exists,
        added: lacking.cloned().collect(),
    };
    if secrets.added.is_empty() || pretend {
        return Ok(secrets);
    }
    if !env.exists {
        env.text.push_str(HEAD);
    }
    env.fill(&secrets.added)?;
    write_env(root, &env.text)?;
    Ok(secrets)
}

/// The text of a `.env` that gives each of these variables a random password.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_env(names: &[String]) -> anyhow::Result<String> {
    let mut env = EnvFile::default();
    env.text.push_str(HEAD);
    env.fill(names)?;
    Ok(env.text)
}

/// Writes the `.env` of the workspace at `root`, all of it or nothing. A new one can be read by its owner alone; one that
/// is there keeps its permissions.
///
/// # Errors
/// When it can't be written.
pub fn write_env(root: &Path, text: &str) -> anyhow::Result<()> {
    let path = root.join(ENV);
    write(&path, text).with_context(|| format!("can't write `{}`", path.display()))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    // A link leads to the file that is meant.
    let target = match path.exists() {
        true => fs::canonicalize(path)?,
        false if path.is_symlink() => bail!("it is a link that leads nowhere"),
        false => path.to_path_buf(),
    };
    let draft = target.with_file_name(".env.new");
    disk::write(&draft, b"")?;
    if let Some(permissions) = permissions(&target)? {
        disk::set_permissions(&draft, permissions)?;
    }
    disk::write(&draft, text.as_bytes())?;
    Ok(disk::rename(&draft, &target)?)
}

#[cfg(unix)]
fn permissions(target: &Path) -> anyhow::Result<Option<Permissions>> {
    use std::os::unix::fs::PermissionsExt;

    Ok(Some(match target.exists() {
        true => fs::metadata(target)?.permissions(),
        false => Permissions::from_mode(0o600),
    }))
}

#[cfg(not(unix))]
fn permissions(target: &Path) -> anyhow::Result<Option<Permissions>> {
    Ok(match target.exists() {
        true => Some(fs::metadata(target)?.permissions()),
        false => None,
    })
}

fn password() -> anyhow::Result<String> {
    let mut password = String::with_capacity(LENGTH);
    let mut bytes = [0; 2 * LENGTH];
    while password.len() < LENGTH {
        getrandom::fill(&mut bytes).context("this machine gives no random numbers")?;
        // 248 is the last multiple of 62: what is above would make some letters likelier than others.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        let letters = fair.map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()] as char);
        password.extend(letters.take(LENGTH - password.len()));
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> EnvFile {
        EnvFile {
            text: text.to_owned(),
            exists: true,
        }
    }

    #[test]
    fn variables_are_read_as_compose_reads_them() {
        let env =
            of("# X=0\nA=1\nexport B = two \nC=\"a # b\"\nD='x' # y\nE=\nF=1 # one\nA=2\nAB=3\n");
        let got = |name| env.get(name);
        assert_eq!(got("A"), Some("2"));
        assert_eq!(got("B"), Some("two"));
        assert_eq!(got("C"), Some("a # b"));
        assert_eq!(got("D"), Some("x"));
        assert_eq!(got("E"), None);
        assert_eq!(got("F"), Some("1"));
        assert_eq!(got("X"), None);
    }

    #[test]
    fn a_value_goes_where_the_variable_waits_for_it() {
        let mut env = of("A=\nB=2");
        env.set("A", "1");
        env.set("C", "3");
        assert_eq!(env.text, "A=1\nB=2\nC=3\n");
    }

    #[test]
    fn passwords_are_unlike_each_other_and_fit_into_a_url() {
        let (one, other) = (password().unwrap(), password().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), LENGTH);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
