//! The headers that a proxy changes: those about one connection end at it, and it says for whom it asks.
//! Used by `proxy.rs`. Source: RFC 9110, section 7.6.

use std::net::IpAddr;

use axum::http::header::{
    CONNECTION, HOST, HeaderName, LOCATION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use axum::http::{HeaderMap, HeaderValue};

const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Removes what concerns only the connection that the message came over.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    // `Connection` may name more of them.
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

/// Says who asked for what, as the services can't see it themselves.
pub(crate) fn add_forwarded(headers: &mut HeaderMap, peer: Option<IpAddr>) {
    if let Some(peer) = peer {
        let before = headers
            .get("x-forwarded-for")
            .and_then(|value| value.to_str().ok());
        let chain = match before {
            Some(before) => format!("{before}, {peer}"),
            None => peer.to_string(),
        };
        if let Ok(chain) = HeaderValue::try_from(chain) {
            headers.insert("x-forwarded-for", chain);
        }
    }
    if let Some(host) = headers.remove(HOST) {
        headers.insert("x-forwarded-host", host);
    }
    // A proxy in front that ends TLS has already said https.
    let proto = headers.entry("x-forwarded-proto");
    proto.or_insert(HeaderValue::from_static("http"));
}

/// A redirect within the service leads through the gateway.
pub(crate) fn move_location(headers: &mut HeaderMap) {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let inner = location.filter(|path| path.starts_with('/') && !path.starts_with("//"));
    let moved = inner.and_then(|path| HeaderValue::try_from(format!("/api{path}")).ok());
    if let Some(moved) = moved {
        headers.insert(LOCATION, moved);
    }
}
