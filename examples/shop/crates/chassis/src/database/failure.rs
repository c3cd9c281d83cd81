//! Why PostgreSQL can't be used, in words that say where it was looked for and what to set.

use std::fmt;
use std::io::ErrorKind;

use sea_orm::sqlx;
use sea_orm::sqlx::postgres::PgConnectOptions;

use super::Url;
use crate::attempts::Reason;
use crate::problem::database::is_passing;

/// One attempt to get in that failed.
#[derive(Debug)]
pub(super) struct Failure {
    variable: String,
    place: String,
    user: String,
    name: String,
    /// None if there was no answer in time.
    error: Option<sqlx::Error>,
}

impl Failure {
    pub(super) fn new(url: &Url, options: &PgConnectOptions, error: Option<sqlx::Error>) -> Self {
        let user = options.get_username().to_owned();
        Self {
            variable: url.variable.clone(),
            place: format!("{}:{}", options.get_host(), options.get_port()),
            name: options.get_database().unwrap_or(&user).to_owned(),
            user,
            error,
        }
    }

    /// Whether it may be over soon without anybody changing the configuration.
    pub(super) fn passes(&self) -> bool {
        match &self.error {
            Some(sqlx::Error::Io(error)) => !is_distrust(error),
            None => true,
            Some(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| is_passing(&code))
            }
            Some(_) => false,
        }
    }
}

/// Its certificate is of nobody that is trusted.
fn is_distrust(error: &std::io::Error) -> bool {
    error.to_string().contains("certificate")
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            variable,
            place,
            user,
            name,
            error,
        } = self;
        let error = match error {
            None => {
                return write!(
                    formatter,
                    "PostgreSQL at {place} does not answer; {variable} says where it is"
                );
            }
            Some(error) => error,
        };
        let code = error.as_database_error().and_then(|error| error.code());
        match (error, code.as_deref()) {
            (sqlx::Error::Io(error), _) if error.kind() == ErrorKind::ConnectionRefused => write!(
                formatter,
                "PostgreSQL at {place} refuses the connection: is it running? {variable} says where it is"
            ),
            (sqlx::Error::Io(error), _) if is_distrust(error) => write!(
                formatter,
                "PostgreSQL at {place} is not trusted ({error}): {variable} has to name the file of its authority \
                 (sslrootcert=…)"
            ),
            (sqlx::Error::Io(error), _) => write!(
                formatter,
                "PostgreSQL at {place} can't be reached ({error}); {variable} says where it is"
            ),
            (_, Some("28P01" | "28000")) => write!(
                formatter,
                "PostgreSQL at {place} does not let in the user `{user}` ({error}): {variable} has to hold the right \
                 user and password"
            ),
            (_, Some("3D000")) => write!(
                formatter,
                "PostgreSQL at {place} has no database `{name}`: make it (CREATE DATABASE \"{name}\"), or name another \
                 one in {variable}"
            ),
            _ => write!(
                formatter,
                "PostgreSQL at {place} can't be used as `{user}`: {error}; {variable} says where it is"
            ),
        }
    }
}

impl std::error::Error for Failure {}

impl Reason for Failure {}

#[cfg(test)]
mod tests {
    use super::super::{Url, connect};

    #[tokio::test]
    async fn a_url_that_is_wrong_is_told_without_its_password() {
        for text in [
            "mysql://root:secret@db/shop",
            "postgres://root:secret@127.0.0.1:port/shop",
        ] {
            let error = connect("test", &Url::new("DATABASE_URL", text)).await;
            let error = format!("{:?}", error.unwrap_err());
            assert!(error.contains("DATABASE_URL"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
