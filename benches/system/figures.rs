//! What is done with figures: medians, ratios, and whether an aim is met.

/// The figure in the middle; of an even number, the upper one of the two.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Prints one line that says how a figure stands to its aim.
pub fn aim(what: &str, figure: &str, aim: &str, met: bool) {
    let word = if met { "met" } else { "NOT MET" };
    println!("{what:<58} {figure:>9}   (aim: {aim}) {word}");
}
