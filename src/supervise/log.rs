//! What several processes say at once, line by line, each behind the name of who said it.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};

/// microkit among those who speak.
const MICROKIT: &str = "microkit";

const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Green,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::Yellow,
    AnsiColor::BrightCyan,
];

/// Writes to stdout, a whole line at a time.
pub struct Log {
    styles: BTreeMap<String, Style>,
    width: usize,
    out: Mutex<anstream::Stdout>,
    unread: AtomicBool,
    on_unread: Box<dyn Fn() + Send + Sync>,
}

impl Log {
    /// A log for processes of these names. `on_unread` is called when nobody reads it any more.
    pub fn new(names: &[&str], on_unread: impl Fn() + Send + Sync + 'static) -> Self {
        let colours = COLOURS.iter().cycle();
        let styles = names.iter().zip(colours);
        let width = names.iter().chain([&MICROKIT]).map(|name| name.len()).max();
        Self {
            styles: styles
                .map(|(name, colour)| ((*name).to_owned(), colour.on_default()))
                .collect(),
            width: width.unwrap_or_default(),
            out: Mutex::new(anstream::stdout()),
            unread: AtomicBool::new(false),
            on_unread: Box::new(on_unread),
        }
    }

    /// A line of a process.
    pub fn line(&self, name: &str, text: &str) {
        let style = self.styles.get(name).copied();
        let style = style.unwrap_or(Style::new().bold());
        let width = self.width;
        self.print(&format!("{style}{name:width$} |{style:#} {text}\n"));
    }

    /// A line of microkit itself.
    pub fn say(&self, text: &str) {
        self.line(MICROKIT, text);
    }

    /// Text that stands for itself.
    pub fn print(&self, text: &str) {
        let mut out = self.out.lock().unwrap_or_else(|held| held.into_inner());
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        if written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            self.unread.store(true, Ordering::Relaxed);
            (self.on_unread)();
        }
    }

    /// Whether nobody reads it any more.
    pub fn is_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }
}
