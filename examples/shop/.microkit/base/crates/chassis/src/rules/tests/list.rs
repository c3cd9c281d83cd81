//! Tests of `rules/list.rs`.

use serde_json::json;

use super::{check, said};
use crate::Decimal;
use crate::fields::{Fields, FromFields};
use crate::rules::{decimal, integer, list};

#[derive(Debug, PartialEq)]
struct Item {
    price: Decimal,
    quantity: i64,
}

impl FromFields for Item {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let price = fields.required("price", decimal());
        let quantity = fields.required("quantity", integer().min(1));
        Some(Self {
            price: price?,
            quantity: quantity?,
        })
    }
}

#[test]
fn every_wrong_field_of_every_item_is_named_by_its_path() {
    let items =
        json!([{"price": "1", "quantity": 0}, {"price": 1, "quantity": 1}, 5, {"colour": 1}]);
    let errors = check(&list::<Item>(), &items).unwrap_err();
    let paths: Vec<&str> = errors.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "x/0/price",
        "x/0/quantity",
        "x/2",
        "x/3/price",
        "x/3/quantity",
        "x/3/colour",
    ];
    assert_eq!(paths, expected);
    let items = check(&list::<Item>(), &json!([{"price": 1, "quantity": 2}])).unwrap();
    assert_eq!(
        items,
        [Item {
            price: Decimal::from(1),
            quantity: 2
        }]
    );
}

#[test]
fn a_list_has_bounds() {
    assert_eq!(
        said(&list::<Item>().min(1), json!([])),
        "must have at least 1 item"
    );
    assert_eq!(
        said(&list::<Item>().max(2), json!([1, 2, 3])),
        "must have at most 2 items"
    );
    assert_eq!(said(&list::<Item>(), json!({})), "must be a list");
}
