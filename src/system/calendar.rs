//! Days and moments as text: whether they exist.
//!
//! Called by `validate/default.rs`.

/// A day such as `2026-01-31`, from the year 1 on.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    year >= 1 && (1..=days).contains(&day)
}

/// A moment such as `2026-01-31T12:00:00Z` or `2026-01-31T12:00:00.5+01:00` (RFC 3339, without leap seconds).
pub(super) fn is_timestamp(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let Some(offset_at) = time.find(['Z', '+', '-']) else {
        return false;
    };
    let (clock, offset) = time.split_at(offset_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let fraction_is_right =
        (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let offset_is_right = match offset.split_at(1) {
        ("Z", rest) => rest.is_empty(),
        (_, rest) => is_clock(rest, &[23, 59]),
    };
    is_date(date) && is_clock(clock, &[23, 59, 59]) && fraction_is_right && offset_is_right
}

/// Numbers of two digits with `:` between them, each at most its limit.
fn is_clock(text: &str, limits: &[u32]) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == limits.len()
        && parts
            .iter()
            .zip(limits)
            .all(|(part, limit)| number(part, 2).is_some_and(|number| number <= *limit))
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{is_date, is_timestamp};

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        for right in ["2026-01-31", "2024-02-29", "2000-02-29", "0001-01-01"] {
            assert!(is_date(right), "{right}");
        }
        for wrong in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-1-1",
            "0000-01-01",
            "",
            "2026-01-31Z",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_timestamp_has_a_day_a_time_and_an_offset() {
        for right in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00.25Z",
            "2026-01-31T12:00:00-05:30",
        ] {
            assert!(is_timestamp(right), "{right}");
        }
        for wrong in [
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00+1",
            "T",
            "2026-01-31T12:00Z",
        ] {
            assert!(!is_timestamp(wrong), "{wrong}");
        }
    }
}
