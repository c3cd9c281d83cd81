//! English plurals, as far as names of resources and lists need them.
//!
//! Called by `resource.rs`. A table of regular endings and of the exceptions that systems are full of does for those;
//! for what it gets wrong a resource has `path`.

/// Words whose plural follows no rule, or another than their ending suggests.
const IRREGULAR: &[(&str, &str)] = &[
    ("alias", "aliases"),
    ("analysis", "analyses"),
    ("atlas", "atlases"),
    ("axis", "axes"),
    ("basis", "bases"),
    ("bias", "biases"),
    ("cache", "caches"),
    ("calf", "calves"),
    ("canvas", "canvases"),
    ("child", "children"),
    ("criterion", "criteria"),
    ("crisis", "crises"),
    ("diagnosis", "diagnoses"),
    ("echo", "echoes"),
    ("foot", "feet"),
    ("gas", "gases"),
    ("goose", "geese"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("index", "indices"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("lens", "lenses"),
    ("life", "lives"),
    ("loaf", "loaves"),
    ("man", "men"),
    ("matrix", "matrices"),
    ("mouse", "mice"),
    ("movie", "movies"),
    ("ox", "oxen"),
    ("person", "people"),
    ("phenomenon", "phenomena"),
    ("potato", "potatoes"),
    ("quiz", "quizzes"),
    ("self", "selves"),
    ("shelf", "shelves"),
    ("synopsis", "synopses"),
    ("thesis", "theses"),
    ("thief", "thieves"),
    ("tomato", "tomatoes"),
    ("tooth", "teeth"),
    ("vertex", "vertices"),
    ("wife", "wives"),
    ("wolf", "wolves"),
    ("woman", "women"),
];

/// Words that are their own plural.
const UNCOUNTABLE: &[&str] = &[
    "advice",
    "data",
    "deer",
    "equipment",
    "feedback",
    "fish",
    "hardware",
    "information",
    "luggage",
    "media",
    "metadata",
    "money",
    "news",
    "rice",
    "series",
    "sheep",
    "software",
    "species",
    "staff",
    "traffic",
    "weather",
];

/// `order` -> `orders`. What is a plural already stays one.
pub(super) fn plural(word: &str) -> String {
    if let Some((_, plural)) = IRREGULAR.iter().find(|(one, _)| *one == word) {
        return (*plural).to_owned();
    }
    if UNCOUNTABLE.contains(&word) || singular(word).is_some() {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix('y')
        && stem.ends_with(is_consonant)
    {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"];
    match hisses.iter().any(|end| word.ends_with(end)) {
        true => format!("{word}es"),
        false => format!("{word}s"),
    }
}

/// `orders` -> `order`; `None` for what is no plural, or is its own.
pub(super) fn singular(word: &str) -> Option<String> {
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return Some((*one).to_owned());
    }
    let is_singular = IRREGULAR.iter().any(|(one, _)| *one == word);
    if UNCOUNTABLE.contains(&word) || is_singular {
        return None;
    }
    if let Some(stem) = word.strip_suffix("ies")
        && stem.len() > 1
    {
        return Some(format!("{stem}y"));
    }
    // `statuses` and `buses`, but not `houses` and `causes`.
    let ends_in_us = word.ends_with("uses") && !word.ends_with("ouses") && !word.ends_with("auses");
    let hisses = ["sses", "xes", "ches", "shes"];
    if ends_in_us || hisses.iter().any(|end| word.ends_with(end)) {
        return word
            .strip_suffix("es")
            .filter(|stem| stem.len() > 2)
            .map(str::to_owned);
    }
    if ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        return None;
    }
    word.strip_suffix('s')
        .filter(|stem| stem.len() > 1)
        .map(str::to_owned)
}

fn is_consonant(letter: char) -> bool {
    letter.is_ascii_alphabetic() && !"aeiou".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::{plural, singular};

    #[test]
    fn a_word_and_its_plural_lead_to_each_other() {
        for (one, many) in [
            ("order", "orders"),
            ("item", "items"),
            ("user", "users"),
            ("category", "categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("bus", "buses"),
            ("house", "houses"),
            ("batch", "batches"),
            ("wish", "wishes"),
            ("price", "prices"),
            ("size", "sizes"),
            ("move", "moves"),
            ("child", "children"),
            ("person", "people"),
            ("index", "indices"),
            ("axis", "axes"),
            ("id2", "id2s"),
        ] {
            assert_eq!(plural(one), many);
            assert_eq!(singular(many).as_deref(), Some(one));
        }
    }

    #[test]
    fn a_plural_stays_a_plural_and_a_singular_has_no_singular() {
        for word in ["orders", "people", "sheep", "news", "data", "series"] {
            assert_eq!(plural(word), word);
        }
        for word in [
            "order", "status", "address", "analysis", "sheep", "news", "s", "as", "",
        ] {
            assert_eq!(singular(word), None, "{word}");
        }
    }
}
