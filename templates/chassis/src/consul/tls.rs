//! Whom to trust when the agent is asked over HTTPS, in the variables of Consul's own tools: an authority of one's own in
//! `CONSUL_CACERT`, and a certificate to show in `CONSUL_CLIENT_CERT` and `CONSUL_CLIENT_KEY`.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::config::Environment;

/// The settings, if any is made; without one the public authorities are trusted.
pub(super) fn read(environment: &mut Environment) -> Option<ClientConfig> {
    let own = roots(environment);
    let identity = identity(environment);
    if own.is_none() && identity.is_none() {
        return None;
    }
    let public = || RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let builder = ClientConfig::builder().with_root_certificates(own.unwrap_or_else(public));
    let Some((chain, key)) = identity else {
        return Some(builder.with_no_client_auth());
    };
    match builder.with_client_auth_cert(chain, key) {
        Ok(config) => Some(config),
        Err(error) => {
            let problem = format!("does not go with its key: {error}");
            environment.problem("CONSUL_CLIENT_CERT", &problem);
            None
        }
    }
}

/// The authorities in the file of `CONSUL_CACERT`.
fn roots(environment: &mut Environment) -> Option<RootCertStore> {
    let text = environment.file("CONSUL_CACERT")?;
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(text.as_bytes());
    roots.add_parsable_certificates(certificates.flatten());
    if roots.is_empty() {
        environment.problem("CONSUL_CACERT", "its file holds no certificate in PEM form");
        return None;
    }
    Some(roots)
}

/// The certificate to show, with its key.
fn identity(
    environment: &mut Environment,
) -> Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let names = ["CONSUL_CLIENT_CERT", "CONSUL_CLIENT_KEY"];
    let (chain, key) = match names.map(|name| environment.file(name)) {
        [Some(chain), Some(key)] => (chain, key),
        [None, None] => return None,
        _ => {
            environment.problem(
                "CONSUL_CLIENT_CERT",
                "goes with CONSUL_CLIENT_KEY: set both",
            );
            return None;
        }
    };
    let chain = CertificateDer::pem_slice_iter(chain.as_bytes());
    let chain: Vec<_> = chain.flatten().collect();
    match PrivateKeyDer::from_pem_slice(key.as_bytes()) {
        Ok(key) => Some((chain, key)),
        Err(error) => {
            let problem = format!("its file holds no private key in PEM form: {error}");
            environment.problem("CONSUL_CLIENT_KEY", &problem);
            None
        }
    }
}
