//! `Decimal` in JSON: a number with exactly its digits, in both directions, and `number` in the
//! OpenAPI document. serde calls it. Read next: `decimal/column.rs`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Decimal;

impl Decimal {
    // serde_json keeps the text of a number here (its feature `arbitrary_precision`), so nothing
    // is rounded. Every decimal is written as JSON writes numbers, so this always succeeds.
    fn to_number(self) -> Option<Number> {
        self.to_string().parse().ok()
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_number().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        number.to_string().parse().map_err(D::Error::custom)
    }
}

impl From<Decimal> for Value {
    fn from(decimal: Decimal) -> Self {
        decimal.to_number().map_or(Self::Null, Self::Number)
    }
}

impl PartialSchema for Decimal {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("An exact decimal number"))
            .build()
            .into()
    }
}

impl ToSchema for Decimal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Price {
        amount: Decimal,
        discount: Option<Decimal>,
    }

    #[test]
    fn a_decimal_is_a_json_number_with_exactly_its_digits() {
        let text = r#"{"amount":12345678901234567890.123456789,"discount":null}"#;
        let price: Price = serde_json::from_str(text).unwrap();
        assert_eq!(price.amount.to_string(), "12345678901234567890.123456789");
        assert_eq!(serde_json::to_string(&price).unwrap(), text);
    }

    #[test]
    fn a_decimal_survives_a_json_value_in_between() {
        let price = Price {
            amount: Decimal::new(10, 2),
            discount: Some(Decimal::new(-5, 1)),
        };
        let value = serde_json::to_value(&price).unwrap();
        assert_eq!(value.to_string(), r#"{"amount":0.1,"discount":-0.5}"#);
        assert_eq!(serde_json::from_value::<Price>(value).unwrap(), price);
        assert_eq!(Value::from(price.amount).to_string(), "0.1");
    }

    #[test]
    fn exponent_forms_are_read() {
        assert_eq!(serde_json::from_str::<Decimal>("2E+2").unwrap(), 200.into());
    }

    #[test]
    fn a_text_or_a_number_that_does_not_fit_is_refused() {
        assert!(serde_json::from_str::<Decimal>("\"1.5\"").is_err());
        assert!(serde_json::from_str::<Decimal>("1e40").is_err());
    }
}
