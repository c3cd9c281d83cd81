//! The forms that a name takes in code and texts. Called wherever one is written or looked for.

/// `order-service` or `order.created` as `order_service`, `order_created`.
pub fn snake(name: &str) -> String {
    name.replace(['-', '.'], "_")
}

/// `order-service` as `ORDER_SERVICE`.
pub fn upper_snake(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// `order-service` or `order_item` as `OrderService`, `OrderItem`.
pub fn upper_camel(name: &str) -> String {
    name.split(['-', '_', '.']).map(capitalised).collect()
}

/// `order-service` as `Order service`.
pub fn sentence(name: &str) -> String {
    capitalised(&name.replace(['-', '_'], " "))
}

/// With a capital letter at its start.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
