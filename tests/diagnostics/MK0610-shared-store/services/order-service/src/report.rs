//! Not a word about code: data/user-service.db is mentioned here.

/// Neither is this: USER_SERVICE_DATABASE_URL.
async fn names() -> anyhow::Result<Vec<String>> {
    let own = "data/order-service.db";
    let other = ["user-service.dbx", "a-user-service.db", "super-user-service-database"];
    let url = format!("sqlite:///srv/{}/data/user-service.db", "é");
    let set = std::env::var("USER_SERVICE_DATABASE_URL")?;
    let host = r#"postgres://user_service@user-service-database:5432"#;
    Ok(vec![])
}

#[cfg(test)]
mod tests {
    const OTHER: &str = "sqlite://data/user-service.db";
}

#[cfg(all(test, unix))]
const OTHER: &str = "sqlite://data/user-service.db";

#[cfg(not(test))]
const LIVE: &str = "sqlite://data/user-service.db";
