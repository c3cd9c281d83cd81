//! Every command of the book, run as its reader would: chapter after chapter in one workspace, with what they have to print.
//! Each exercise's check fails before the solution and passes with it. Part of the slow proofs:
//! `cargo test --test book -- --show-output`.
//!
//! `tests/support/book.rs` says how a page tells what a block is for. Read next: `session.rs`, the reader's terminals.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "../support/book.rs"]
mod book;
#[path = "../support/cargo.rs"]
mod cargo;
#[path = "../support/http.rs"]
#[allow(dead_code, reason = "one kind of request is made")]
mod http;
mod output;
mod session;

use std::iter::Peekable;
use std::time::Instant;
use std::vec::IntoIter;

use book::{Block, Chapter, LANGUAGES};
use session::{Said, Session};

#[test]
fn every_command_does_what_the_book_says() {
    let mut session = Session::new();
    let [english, spanish] = LANGUAGES.map(book::chapters);
    // Readers of both languages get on: each has every other chapter.
    let locales = ["en_GB.UTF-8", "es_ES.UTF-8"].into_iter().cycle();
    for ((chapter, other), locale) in english.iter().zip(&spanish).zip(locales) {
        session.locale = locale;
        // What is run once is then true of both.
        let (blocks, others) = (chapter.blocks(), other.blocks());
        let commands = |blocks: &[Block]| -> Vec<(String, Vec<String>, String)> {
            let all = blocks.iter().cloned();
            all.map(|one| (one.language, one.marks, one.text)).collect()
        };
        assert!(commands(&blocks) == commands(&others), "{}", chapter.name);
        let begun = Instant::now();
        Reader {
            chapter,
            session: &mut session,
            blocks: blocks.into_iter().peekable(),
            exercise: None,
        }
        .read();
        session.end_all();
        let took = begun.elapsed().as_secs_f64();
        println!("{}: {took:.1} s", chapter.name);
    }
}

/// Somebody who does what one chapter says.
struct Reader<'a> {
    chapter: &'a Chapter,
    session: &'a mut Session,
    blocks: Peekable<IntoIter<Block>>,
    /// The check of the exercise that is not solved yet.
    exercise: Option<Step>,
}

/// A block and what it has to print.
struct Step {
    block: Block,
    output: Option<Block>,
}

impl Reader<'_> {
    fn read(mut self) {
        while let Some(block) = self.blocks.next() {
            let output = self.blocks.next_if(|next| next.is("output"));
            let step = Step { block, output };
            if !step.block.is("solution") {
                self.solved();
            }
            match step.block.language.as_str() {
                "sh" | "diff" => self.follow(step),
                // To be read, not run.
                _ => assert!(step.output.is_none(), "{}: prints nothing", self.at(&step)),
            }
        }
        self.solved();
    }

    fn follow(&mut self, step: Step) {
        let block = &step.block;
        if block.is("install") {
            return;
        }
        if block.is("docker") && !self.session.has_engine() {
            println!("{}: skipped, there is no Docker engine", self.at(&step));
            return;
        }
        if block.is("check") {
            let said = self.session.run(block);
            let early = said.success && self.wrong(&step, &said).is_none();
            assert!(!early, "{}: passes unsolved: {said:?}", self.at(&step));
            self.exercise = Some(step);
            return;
        }
        if block.is("serve") {
            return self.session.serve(block);
        }
        let said = match block.language.as_str() {
            "diff" if block.is("solution") => self.session.patch(block),
            "diff" => return,
            _ => self.session.run(block),
        };
        assert!(said.success, "{}: {said:?}", self.at(&step));
        if let Some(wrong) = self.wrong(&step, &said) {
            panic!("{}: {wrong}", self.at(&step));
        }
    }

    /// The exercise before this, if there is one, passes its check by now.
    fn solved(&mut self) {
        let Some(step) = self.exercise.take() else {
            return;
        };
        let said = self.session.run(&step.block);
        assert!(said.success, "{}: not solved: {said:?}", self.at(&step));
        if let Some(wrong) = self.wrong(&step, &said) {
            panic!("{}: not solved: {wrong}", self.at(&step));
        }
    }

    /// How what was printed differs from what the page shows.
    fn wrong(&self, step: &Step, said: &Said) -> Option<String> {
        let expected = self.session.here(&step.output.as_ref()?.text);
        let differs = !output::matches(&expected, &said.text);
        differs.then(|| format!("expected\n{expected}\nand got\n{}", said.text))
    }

    /// The place on the page.
    fn at(&self, step: &Step) -> String {
        let name = &self.chapter.name;
        format!("docs/book/en/src/{name}:{}", step.block.line)
    }
}
