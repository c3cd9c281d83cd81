//! Everything that can be explained, by theme, a line each: what `microkit explain` alone shows.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::diagnostic::Code;
use crate::lang::Lang;

use super::{Said, Theme, Topic, say, title};

const BOLD: Style = Style::new().bold();

/// The width of a code.
const CODE: usize = 6;

/// The blocks of codes, by what their codes begin with.
const BLOCKS: [(&str, Said); 7] = [
    ("MK00", ["The file", "El archivo"]),
    ("MK01", ["Names", "Nombres"]),
    (
        "MK02",
        ["Services, ports and paths", "Servicios, puertos y rutas"],
    ),
    ("MK03", ["Resources and fields", "Recursos y campos"]),
    ("MK04", ["Events", "Eventos"]),
    ("MK05", ["Limits", "Límites"]),
    ("MK06", ["Architecture", "Arquitectura"]),
];

/// The topics by theme, then the codes; styled for a terminal.
pub fn overview(lang: Lang) -> String {
    let mut text = String::new();
    let topics: Said = [
        "Principles and patterns: `microkit explain TOPIC`",
        "Principios y patrones: `microkit explain TEMA`",
    ];
    text.push_str(say(topics, lang));
    text.push('\n');
    let names = Topic::ALL.iter().map(|topic| topic.name(lang).width());
    let width = names.max().unwrap_or_default();
    for theme in Theme::ALL {
        let topics = Topic::ALL.iter().filter(|topic| topic.theme() == theme);
        let lines = topics.map(|topic| (topic.name(lang), title(topic.page(lang))));
        text.push_str(&group(theme.title(lang), width, lines.collect()));
    }
    let codes: Said = [
        "What `microkit check` finds: `microkit explain CODE`",
        "Lo que encuentra `microkit check`: `microkit explain CÓDIGO`",
    ];
    text.push_str(&format!("\n{}\n", say(codes, lang)));
    for (begin, said) in BLOCKS {
        let codes = Code::ALL
            .iter()
            .filter(|code| code.as_str().starts_with(begin));
        let lines = codes.map(|code| (code.as_str(), title(code.explanation(lang))));
        text.push_str(&group(say(said, lang), CODE, lines.collect()));
    }
    text
}

/// A heading, and below it names with what they are, in two columns.
fn group(heading: &str, width: usize, lines: Vec<(&str, &str)>) -> String {
    let lines = lines.iter().map(|(name, what)| {
        let gap = " ".repeat(width.saturating_sub(name.width()));
        format!("  {name}{gap}  {what}\n")
    });
    format!("\n{BOLD}{heading}{BOLD:#}\n{}", lines.collect::<String>())
}
