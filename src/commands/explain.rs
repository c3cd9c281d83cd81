//! `microkit explain`: tells of a principle, a pattern or a code, and where it stands in the workspace one is in.
//!
//! Called by `cli.rs`. The pages, and what is looked for, are in `topics/` and `diagnostic/explanations/`; read
//! `explain/here.rs` next.

use std::fmt::Write;

use anstyle::Style;

use super::{Failure, Trouble, language, say};
use crate::diagnostic::{Code, quoted};
use crate::lang::Lang;
use crate::topics::{self, Subject, Topic, rendered, wrapped};

mod here;

const BOLD: Style = Style::new().bold();

/// Explain a principle, a pattern or a code, and say where it stands here
#[derive(Debug, clap::Args)]
#[command(after_help = "\
In a workspace the page also says where it stands in this one, file and line, and which command lets
one see it. Names work in English and Spanish, whatever the language of the page.

Examples:
  microkit explain                          # everything there is, by theme
  microkit explain database per service
  microkit explain outbox --lang es
  microkit explain cortacircuitos
  microkit explain MK0602")]
pub struct Args {
    /// A topic or a code, such as outbox or MK0203; without it all are listed
    #[arg(value_name = "TOPIC|CODE")]
    subject: Vec<String>,
    /// The language of the pages; without this that of the locale, if it is one of these
    #[arg(long, value_enum, ignore_case = true)]
    lang: Option<Lang>,
}

/// # Errors
/// When there is no such topic or code.
pub fn run(args: Args) -> Result<(), Failure> {
    let lang = language(args.lang);
    let text = args.subject.join(" ");
    if args.subject.is_empty() {
        return say(&topics::overview(lang));
    }
    let subject = Subject::parse(&text).ok_or_else(|| unknown(&args.subject, lang))?;
    let mut told = rendered(subject.page(lang));
    told.push_str(&here::told(subject, lang));
    told.push_str(&see_also(subject, lang));
    say(&told)
}

/// `See also: saga, migrations, MK0206`
fn see_also(subject: Subject, lang: Lang) -> String {
    let names =
        |topics: &[Topic]| -> Vec<&str> { topics.iter().map(|topic| topic.name(lang)).collect() };
    let all = match subject {
        Subject::Topic(topic) => {
            let codes = topic.codes().iter().map(|code| code.as_str());
            names(topic.see_also()).into_iter().chain(codes).collect()
        }
        Subject::Code(code) => names(&about(code)),
    };
    if all.is_empty() {
        return String::new();
    }
    let head = match lang {
        Lang::En => "See also:",
        Lang::Es => "Ver también:",
    };
    format!("\n{}", wrapped(&format!("{head} {}", all.join(", ")), ""))
}

/// The topics that a code has to do with.
fn about(code: Code) -> Vec<Topic> {
    let all = Topic::ALL.iter().copied();
    all.filter(|topic| topic.codes().contains(&code)).collect()
}

/// What is below a heading of its own.
fn section(heading: &str, body: &str) -> String {
    let mut text = String::new();
    write!(text, "\n{BOLD}{heading}{BOLD:#}\n\n{body}")
        .expect("a text takes whatever is written to it");
    text
}

fn unknown(words: &[String], lang: Lang) -> Failure {
    let text = &words.join(" ");
    // `MK0602 MK0603`
    if let [first, _, ..] = words
        && words.iter().all(|word| Subject::parse(word).is_some())
    {
        return Failure::Usage(Trouble {
            message: lang
                .either("one page at a time", "una página cada vez")
                .to_owned(),
            help: lang.either(
                format!("start with `microkit explain {first}`"),
                format!("empieza con `microkit explain {first}`"),
            ),
        });
    }
    let help = match (topics::nearest(text), lang) {
        (Some(near), Lang::En) => {
            format!("did you mean `{near}`? `microkit explain` lists them all")
        }
        (Some(near), Lang::Es) => {
            format!("¿querías decir `{near}`? `microkit explain` los enumera todos")
        }
        (None, Lang::En) => "`microkit explain` lists all topics and codes".to_owned(),
        (None, Lang::Es) => "`microkit explain` enumera todos los temas y códigos".to_owned(),
    };
    let message = match lang {
        Lang::En => format!("there is no topic and no code {}", quoted(text)),
        Lang::Es => format!("no hay ningún tema ni código {}", quoted(text)),
    };
    Failure::Usage(Trouble { message, help })
}
