//! Sets parts that nothing joins beside each other: the largest first, the others in shelves below it, no wider than it
//! or than a page. Called by `layout`.

use super::{Layout, Part, Point, Rect};

/// The room between two parts.
const BETWEEN: i32 = 30;

/// All parts as one layout; `boxes` and `edges` say how many there are in all.
pub(super) fn pack(boxes: usize, edges: usize, mut parts: Vec<(Part, Layout)>) -> Layout {
    let nothing = Rect {
        x: 0,
        y: 0,
        width: 0,
        height: 0,
    };
    let mut whole = Layout {
        boxes: vec![nothing; boxes],
        paths: vec![Vec::new(); edges],
        width: 0,
        height: 0,
    };
    parts.sort_by_key(|(part, layout)| {
        let size = (part.boxes.len(), layout.height);
        (std::cmp::Reverse(size), part.boxes.first().copied())
    });
    let page = page(&parts);
    let (mut x, mut y, mut shelf) = (0, 0, 0);
    for (part, layout) in parts {
        // What is much lower than its neighbour would be lost beside it.
        if x > 0 && (x + layout.width > page || 2 * layout.height < shelf) {
            (x, y, shelf) = (0, y + shelf + BETWEEN, 0);
        }
        for (index, rect) in part.boxes.iter().zip(&layout.boxes) {
            whole.boxes[*index] = Rect {
                x: rect.x + x,
                y: rect.y + y,
                ..*rect
            };
        }
        for (index, path) in part.edges.iter().zip(&layout.paths) {
            let moved = path.iter().map(|point| Point {
                x: point.x + x,
                y: point.y + y,
            });
            whole.paths[*index] = moved.collect();
        }
        whole.width = whole.width.max(x + layout.width);
        whole.height = whole.height.max(y + layout.height);
        shelf = shelf.max(layout.height);
        x += layout.width + BETWEEN;
    }
    whole
}

/// The width of a shelf: that of the widest part, or what gives the whole the shape of a slide.
fn page(parts: &[(Part, Layout)]) -> i32 {
    let area =
        |layout: &Layout| f64::from(layout.width + BETWEEN) * f64::from(layout.height + BETWEEN);
    let whole: f64 = parts.iter().map(|(_, layout)| area(layout)).sum();
    let widest = parts.iter().map(|(_, layout)| layout.width).max();
    widest.unwrap_or(0).max((whole * 1.8).sqrt() as i32)
}
