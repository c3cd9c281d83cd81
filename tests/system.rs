//! What a validated system says about itself: names in every form, dealt ports, links, order.
//!
//! What is refused is in `diagnostics.rs`; here is what is served.

use microkit::diagnostic::{self, Diagnostic};
use microkit::lang::Lang;
use microkit::manifest;
use microkit::system::{
    self, Database, EventName, FieldName, FieldType, Literal, ResourceName, ServiceName, System,
    SystemName,
};

fn check(text: &str) -> Result<System, Vec<Diagnostic>> {
    let document = manifest::parse("microkit.toml", text)?;
    system::validate(&document)
}

fn valid(text: &str) -> System {
    check(text).unwrap_or_else(|found| {
        panic!(
            "{}",
            diagnostic::render("microkit.toml", text, &found, false, Lang::En)
        )
    })
}

fn item(fields: &str) -> String {
    format!(
        "[system]\nname = \"shop\"\n[services.item-service]\ndatabase = \"sqlite\"\n\
         [services.item-service.resources.item]\n{fields}"
    )
}

#[test]
fn a_name_knows_its_forms() {
    let service = ServiceName::parse("order-service").unwrap();
    assert_eq!(service.krate(), "order_service");
    assert_eq!(service.env(), "ORDER_SERVICE");
    assert_eq!(service.type_name(), "OrderService");
    assert_eq!(service.label(), "Order service");
    let resource = ResourceName::parse("order-item").unwrap();
    assert_eq!(resource.snake(), "order_item");
    assert_eq!(resource.type_name(), "OrderItem");
    assert_eq!(resource.label(), "Order item");
    let event = EventName::parse("order.item_sold").unwrap();
    assert_eq!(event.type_name(), "OrderItemSold");
    assert_eq!(event.snake(), "order_item_sold");
    let field = FieldName::parse("user_id").unwrap();
    assert_eq!(
        (field.ident(), field.type_name()),
        ("user_id".into(), "UserId".into())
    );
}

#[test]
fn a_name_is_as_long_as_its_limit_and_no_longer() {
    let name = |length| "x".repeat(length);
    assert!(SystemName::parse(&name(40)).is_ok() && SystemName::parse(&name(41)).is_err());
    assert!(ServiceName::parse(&name(32)).is_ok() && ServiceName::parse(&name(33)).is_err());
    assert!(ResourceName::parse(&name(28)).is_ok() && ResourceName::parse(&name(29)).is_err());
    assert!(FieldName::parse(&name(32)).is_ok() && FieldName::parse(&name(33)).is_err());
    let event = |length| format!("x.{}", name(length));
    assert!(EventName::parse(&event(38)).is_ok() && EventName::parse(&event(39)).is_err());
}

#[test]
fn keywords_are_fields_and_resources() {
    for word in [
        "type", "match", "select", "where", "order", "async", "struct", "fn", "gen",
    ] {
        assert!(FieldName::parse(word).is_ok(), "{word}");
        assert!(ResourceName::parse(word).is_ok(), "{word}");
    }
    assert_eq!(FieldName::parse("type").unwrap().ident(), "r#type");
    assert_eq!(FieldName::parse("type").unwrap().as_str(), "type");
    assert_eq!(FieldName::parse("order").unwrap().ident(), "order");
}

#[test]
fn a_path_is_the_plural_of_the_name() {
    let text = [
        "order",
        "group",
        "user",
        "table",
        "index",
        "select",
        "match",
        "category",
        "child",
        "order-item",
        "sheep",
    ];
    let resources = text.map(|name| {
        format!("[services.item-service.resources.{name}]\nfields.type = \"string\"\n")
    });
    let system = valid(&item(&format!(
        "fields.id2 = \"string\"\n{}",
        resources.concat()
    )));
    let mut paths: Vec<String> = system.services[0]
        .resources
        .iter()
        .map(|one| one.path.clone())
        .collect();
    paths.sort();
    let expected = [
        "categories",
        "children",
        "groups",
        "indices",
        "items",
        "matches",
        "order-items",
        "orders",
        "selects",
        "sheep",
        "tables",
        "users",
    ];
    assert_eq!(paths, expected);
    let item = system.services[0]
        .resources
        .iter()
        .find(|one| one.path == "order-items")
        .unwrap();
    assert_eq!(
        (item.table.as_str(), item.module().as_str()),
        ("order_items", "order_items")
    );
}

#[test]
fn types_of_lists_are_named_after_one_entry() {
    let system = valid(&item(
        "fields.lines = { type = \"list\", of = { kind = { type = \"enum\", values = [\"A\"] } } }\n\
         fields.sheep = { type = \"list\", of = { name = \"string\" } }\n\
         fields.status = { type = \"enum\", values = [\"A\"] }\n",
    ));
    let item = &system.services[0].resources[0];
    let names: Vec<String> = item
        .fields
        .iter()
        .map(|field| item.field_type_name(field))
        .collect();
    assert_eq!(names, ["ItemLine", "ItemSheepEntry", "ItemStatus"]);
    let FieldType::List { of, .. } = &item.fields[0].kind else {
        panic!("`lines` is a list")
    };
    assert_eq!(
        item.record_enum_name(&item.fields[0], &of[0]),
        "ItemLineKind"
    );
}

#[test]
fn variants_are_different_identifiers() {
    let system = valid(&item(
        "fields.a = { type = \"enum\", values = [\"PENDING\", \"in-progress\", \"1st\", \"+\", \"-\"] }\n",
    ));
    let FieldType::Enum { values } = &system.services[0].resources[0].fields[0].kind else {
        panic!("`a` is an enum")
    };
    let variants: Vec<&str> = values.iter().map(|value| value.variant.as_str()).collect();
    assert_eq!(
        variants,
        ["Pending", "InProgress", "V1st", "Value", "Value2"]
    );
}

#[test]
fn ports_that_are_left_out_are_dealt_in_the_order_of_the_names() {
    let system =
        valid("[system]\nname = \"shop\"\n[services.b]\n[services.a]\n[services.c]\nport = 8001\n");
    let dealt: Vec<(String, u16)> = system
        .dealt_ports()
        .into_iter()
        .map(|(path, port)| (path.join("/"), port))
        .collect();
    let expected = [
        ("gateway/port", 8000),
        ("services/a/port", 8002),
        ("services/b/port", 8003),
    ];
    assert_eq!(dealt, expected.map(|(path, port)| (path.to_owned(), port)));
    let ports: Vec<u16> = system.services.iter().map(|service| service.port).collect();
    assert_eq!(ports, [8002, 8003, 8001]);
}

#[test]
fn the_gateway_takes_another_port_if_a_service_has_its_own() {
    let system = valid("[system]\nname = \"shop\"\n[services.a]\nport = 8000\n");
    assert_eq!(system.gateway.port, 8001);
    assert_eq!(system.gateway.timeout.as_secs(), 5);
}

#[test]
fn a_resource_comes_behind_those_that_it_refers_to() {
    let system = valid(
        "[system]\nname = \"shop\"\n[services.s]\ndatabase = \"postgres\"\n\
         [services.s.resources.a]\npath = \"as-it-is\"\nfields.z_id = { type = \"reference\", to = \"s/z\" }\n\
         [services.s.resources.b]\nfields.x = \"string\"\n\
         [services.s.resources.z]\nfields.b_id = { type = \"reference\", to = \"s/b\" }\n",
    );
    let names: Vec<&str> = system.services[0]
        .resources
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["b", "z", "a"]);
    assert_eq!(system.services[0].database, Database::Postgres);
}

#[test]
fn links_are_found_from_both_ends() {
    let system = valid(include_str!("../templates/examples/shop.toml"));
    let event = EventName::parse("order.created").unwrap();
    assert_eq!(
        system.publisher(&event).unwrap().name.as_str(),
        "order-service"
    );
    let consumers: Vec<&str> = system
        .consumers(&event)
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(consumers, ["payment-service"]);
    assert_eq!(system.event(&event).fields.len(), 3);
    let order = &system
        .service(&ServiceName::parse("order-service").unwrap())
        .resources[0];
    let FieldType::Reference { to } = &order.fields[0].kind else {
        panic!("`user_id` is a reference")
    };
    assert_eq!(system.resource(to).path, "users");
}

#[test]
fn two_services_may_call_each_other() {
    let system = valid(
        "[system]\nname = \"shop\"\n[services.a]\ncalls = [\"b\"]\n[services.b]\ncalls = [\"a\"]\n",
    );
    assert_eq!(system.services[0].calls[0].as_str(), "b");
}

#[test]
fn a_default_is_read_by_the_type_of_its_field() {
    let system = valid(&item(
        "fields.a = { type = \"decimal\", default = 1_0.50 }\nfields.b = { type = \"decimal\", default = -3 }\n\
         fields.c = { type = \"string\", default = \"say \\\"hi\\\"\" }\nfields.d = { type = \"boolean\", default = false }\n\
         fields.e = { type = \"enum\", values = [\"A\", \"B\"], default = \"B\" }\n",
    ));
    let fields = &system.services[0].resources[0].fields;
    let defaults: Vec<Literal> = fields
        .iter()
        .filter_map(|field| field.default.clone())
        .collect();
    let expected = [
        Literal::Decimal("10.50".into()),
        Literal::Decimal("-3".into()),
        Literal::Text("say \"hi\"".into()),
        Literal::Boolean(false),
        Literal::EnumValue(1),
    ];
    assert_eq!(defaults, expected);
}

#[test]
fn other_line_ends_and_a_byte_order_mark_are_accepted() {
    let text = "\u{feff}[system]\r\nname = \"shop\"\r\n[services.a]\r\n";
    assert_eq!(valid(text).name.as_str(), "shop");
}

#[test]
fn a_thousand_services_are_accepted() {
    let services = (0..1_000).map(|index| format!("[services.s{index}]\n"));
    let system = valid(&format!(
        "[system]\nname = \"large\"\n{}",
        services.collect::<String>()
    ));
    assert_eq!(system.services.len(), 1_000);
}
