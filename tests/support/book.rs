//! The book as its reader meets it: chapters in their order, and the code blocks in them. `tests/book` runs the commands,
//! `tests/book_pages.rs` compares the pages.
//!
//! What follows a block's language says what it is for, after a comma, where mdBook and GitHub don't show it:
//!
//! | block | |
//! |---|---|
//! | `sh` | a command that has to succeed |
//! | `sh,install` | how the reader gets `microkit`, which a test has already |
//! | `sh,serve` | runs until the reader ends it; what follows is for another terminal |
//! | `sh,docker` | needs a Docker engine |
//! | `sh,check` | the check of an exercise: it fails until the solution is there, and passes from then on |
//! | `…,solution` | the solution: commands, or a `diff` of the files |
//! | `text,output` | what the block before prints; `…` stands for anything, alone on a line for any lines |

use std::fs;
use std::path::PathBuf;

/// A book for each language.
pub const LANGUAGES: [&str; 2] = ["en", "es"];

/// One page of it.
pub struct Chapter {
    /// The file, which has the same name in each language.
    pub name: String,
    pub text: String,
}

/// A code block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The line of its first line of code.
    pub line: usize,
    pub language: String,
    /// What it is for.
    pub marks: Vec<String>,
    pub text: String,
}

/// The folder of a book's pages.
pub fn source(language: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("docs/book/{language}/src"))
}

/// The pages in the order of the table of contents.
pub fn chapters(language: &str) -> Vec<Chapter> {
    let folder = source(language);
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let contents = read("SUMMARY.md");
    let names = contents.split("](").skip(1);
    let names = names.map(|rest| rest.split(')').next().unwrap_or_default());
    let chapter = |name: &str| Chapter {
        name: name.to_owned(),
        text: read(name),
    };
    names.map(chapter).collect()
}

impl Chapter {
    /// Its code blocks, from the first to the last.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (index, line) in self.text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(info)) => {
                    let mut words = info.split(',').map(str::to_owned);
                    open = Some(Block {
                        line: index + 2,
                        language: words.next().unwrap_or_default(),
                        marks: words.collect(),
                        text: String::new(),
                    });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block has no end", self.name);
        blocks
    }
}

impl Block {
    /// Whether it is for this.
    pub fn is(&self, mark: &str) -> bool {
        self.marks.iter().any(|one| one == mark)
    }
}
