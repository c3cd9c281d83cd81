//! Names for indexes and keys, after the table and the column that they are for.
//! `schema/column.rs` calls it. Read next: `page.rs`, which reads a table page by page.

/// The longest name that PostgreSQL keeps: it cuts what is longer, and two names cut to the same
/// text would clash.
const LONGEST_NAME: usize = 63;

/// `{table}_{column}_{suffix}`; where that is too long, its end is replaced by a checksum.
pub(super) fn object_name(table: &str, column: &str, suffix: &str) -> String {
    let name = format!("{table}_{column}_{suffix}");
    if name.len() <= LONGEST_NAME {
        return name;
    }
    // FNV-1a, as the name has to be the same in every build and on every machine.
    let checksum = name.bytes().fold(0x811c_9dc5_u32, |sum, byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let kept: String = name
        .chars()
        .take(LONGEST_NAME - 9 - suffix.len() - 1)
        .collect();
    format!("{kept}_{checksum:08x}_{suffix}")
}

#[cfg(test)]
mod tests {
    use super::object_name;

    #[test]
    fn a_name_too_long_for_postgresql_is_shortened_without_clashes() {
        let (table, column) = ("a".repeat(32), "b".repeat(31));
        let one = object_name(&table, &format!("{column}1"), "key");
        let two = object_name(&table, &format!("{column}2"), "key");
        assert_eq!((one.len(), two.len()), (63, 63));
        assert_ne!(one, two);
        assert!(one.ends_with("_key"), "{one}");
    }
}
