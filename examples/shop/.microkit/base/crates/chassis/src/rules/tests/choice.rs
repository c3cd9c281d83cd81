//! Tests of `rules/choice.rs`.

use sea_orm::entity::prelude::*;
use serde_json::json;

use super::{check, said};
use crate::rules::{boolean, one_of};

#[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
enum Status {
    #[sea_orm(string_value = "PENDING")]
    Pending,
    #[sea_orm(string_value = "PAID")]
    Paid,
}

#[test]
fn a_choice_lists_what_there_is_to_choose_from() {
    assert_eq!(check(&one_of::<Status>(), &json!("PAID")), Ok(Status::Paid));
    assert_eq!(
        said(&one_of::<Status>(), json!("paid")),
        "must be one of PENDING, PAID"
    );
    assert_eq!(
        said(&one_of::<Status>(), json!(1)),
        "must be one of PENDING, PAID"
    );
    assert_eq!(check(&boolean(), &json!(false)), Ok(false));
    assert_eq!(said(&boolean(), json!("true")), "must be true or false");
}
