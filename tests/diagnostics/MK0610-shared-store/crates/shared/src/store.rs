//! Where everything is stored: `USER_SERVICE_DATABASE_URL`.

pub fn users() -> String {
    std::env::var("USER_SERVICE_DATABASE_URL").unwrap_or_default()
}

pub fn orders() -> &'static str {
    "sqlite://data/order-service.db"
}

#[cfg(test)]
mod tests {
    const USERS: &str = "sqlite://data/user-service.db";
}
