//! The picture as SVG, drawn here and by nobody else. Called by `commands/graph.rs`.
//!
//! `scene.rs` says where everything is, with the help of `layout/`; `shape.rs` draws one part, `legend.rs` what the parts
//! mean; the colours, for a light and a dark screen, are in `style.css`.

mod legend;
mod scene;
mod shape;

use crate::lang::Lang;

use super::words::Words;
use super::{Graph, Link};

use scene::Scene;

const STYLE: &str = include_str!("style.css");

/// The text of an SVG document.
pub fn svg(graph: &Graph, lang: Lang) -> String {
    let words = Words::of(lang);
    let scene = Scene::of(graph, words);
    let legend = legend::legend(graph, words, scene.width);
    let (width, height) = (scene.width, scene.height + legend.height);
    let compared = match graph.is_comparison {
        true => " compared",
        false => "",
    };
    let mut lines = vec![
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" class=\"microkit{compared}\">"
        ),
        format!(
            "<title id=\"title\">{}</title>",
            escaped(graph.system.as_str())
        ),
        format!(
            "<desc id=\"desc\">{}</desc>",
            escaped(&description(graph, words))
        ),
        format!("<style>\n{STYLE}</style>"),
        format!("<rect class=\"back\" width=\"{width}\" height=\"{height}\" rx=\"12\"/>"),
    ];
    lines.extend(scene.shapes);
    lines.push(format!(
        "<g class=\"legend\" transform=\"translate(0 {})\">",
        scene.height
    ));
    lines.extend(legend.shapes);
    lines.push("</g>\n</svg>".to_owned());
    lines.join("\n") + "\n"
}

/// The picture for those who can't see it: the numbers, then every arrow, then the changes if there are any.
fn description(graph: &Graph, words: &Words) -> String {
    let arrows = graph.arrows.iter().map(|arrow| arrow_title(&arrow.link));
    let mut parts = vec![words.description(graph)];
    parts.extend(arrows);
    if graph.is_comparison {
        parts.extend(graph.changes());
    }
    parts.join("\n")
}

fn arrow_title(link: &Link) -> String {
    match link {
        Link::Call { from, to } => format!("{from} → {to}"),
        Link::Publish { from, event } => format!("{from} ⇢ {event}"),
        Link::Consume { event, to } => format!("{event} ⇢ {to}"),
    }
}

/// A text as XML has it, also between quotation marks.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// The room that a text takes in the sans-serif font: as much as in a wide one, since nobody knows which it will be.
fn text_width(text: &str, size: i32) -> i32 {
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
    letters * size * 62 / 100 + 2
}

/// The same in the font of names, where every letter has the same width, nearly that in all such fonts.
fn name_width(text: &str, size: i32) -> i32 {
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
    letters * size * 61 / 100 + 2
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_xml_would_read_as_markup_is_escaped() {
        let text = "a<b> & \"c\" 'd'";
        assert_eq!(escaped(text), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    }
}
