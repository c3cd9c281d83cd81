//! W3C Trace Context: the two headers by which the work for one request can be put together again, whichever processes
//! it ran in. `layers.rs` reads them from a request, the client and the outbox pass them on.
//! Source: <https://www.w3.org/TR/trace-context/>, level 1.

use axum::http::HeaderMap;

pub(crate) const TRACEPARENT: &str = "traceparent";
pub(crate) const TRACESTATE: &str = "tracestate";

/// A position in a trace: which trace, and which step of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraceContext {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    /// The step that this one is part of.
    pub(crate) parent_id: Option<u64>,
    /// Whether somebody records this trace.
    pub(crate) sampled: bool,
    /// What tracing systems add; carried on untouched.
    pub(crate) tracestate: Option<String>,
}

impl TraceContext {
    /// A trace that begins here.
    pub(crate) fn begin() -> Self {
        Self {
            trace_id: fastrand::u128(1..),
            span_id: random_span(),
            parent_id: None,
            sampled: true,
            tracestate: None,
        }
    }

    /// A new step of the caller's trace, or of a new one if the caller sent none that can be read.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        // Two of them are none: nobody could say which is right.
        let mut parents = headers.get_all(TRACEPARENT).iter();
        let parent = match (parents.next(), parents.next()) {
            (Some(only), None) => only.to_str().ok().and_then(Self::from_traceparent),
            _ => None,
        };
        match parent {
            Some(parent) => Self {
                tracestate: text(TRACESTATE).map(str::to_owned),
                ..parent.child()
            },
            None => Self::begin(),
        }
    }

    /// Reads `00-{32 digits}-{16 digits}-{2 digits}`, all hexadecimal and in lower case.
    pub(crate) fn from_traceparent(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let version = hex(parts.next()?, 2)?;
        let trace_id = hex(parts.next()?, 32)?;
        let span_id = hex(parts.next()?, 16)?;
        let flags = hex(parts.next()?, 2)?;
        // Version 0 ends here; later ones may go on, and are read as far as we know them.
        let ends = parts.next().is_none();
        let valid = version != 0xff && trace_id != 0 && span_id != 0 && (version != 0 || ends);
        valid.then_some(Self {
            trace_id,
            span_id: u64::try_from(span_id).ok()?,
            parent_id: None,
            sampled: flags & 1 == 1,
            tracestate: None,
        })
    }

    /// The next step in the same trace.
    pub(crate) fn child(&self) -> Self {
        Self {
            span_id: random_span(),
            parent_id: Some(self.span_id),
            ..self.clone()
        }
    }

    /// The header that says where we are.
    pub(crate) fn traceparent(&self) -> String {
        let flags = u8::from(self.sampled);
        format!(
            "00-{:032x}-{:016x}-{flags:02x}",
            self.trace_id, self.span_id
        )
    }

    /// The id of the trace, as logs show it.
    pub(crate) fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }
}

/// The last half of a UUID is random but for two bits that are set: never zero.
fn random_span() -> u64 {
    fastrand::u64(1..)
}

fn hex(text: &str, digits: usize) -> Option<u128> {
    let lower = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    let valid = text.len() == digits && text.bytes().all(lower);
    valid.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn the_trace_goes_on_with_a_step_of_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, PARENT.parse().unwrap());
        headers.insert(TRACESTATE, "a=1".parse().unwrap());
        let trace = TraceContext::from_headers(&headers);
        assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_ne!(trace.traceparent(), PARENT);
        assert_eq!(trace.parent_id, Some(0xb7ad_6b71_6920_3331));
        assert!(trace.traceparent().ends_with("-01"));
        assert_eq!(trace.tracestate.as_deref(), Some("a=1"));
    }

    #[test]
    fn what_the_standard_calls_invalid_begins_a_new_trace() {
        for wrong in [
            "",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        ] {
            assert_eq!(TraceContext::from_traceparent(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        let later = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more";
        assert!(TraceContext::from_traceparent(later).is_some());
    }
}
