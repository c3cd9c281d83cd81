//! A certificate for 127.0.0.1, of an authority that nobody else knows: Consul's own tool makes both.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{command, folder, or_skip, output, program, unique_name};

/// The files go with this value.
pub struct Identity {
    pub authority: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
    _folder: TempDir,
}

impl Identity {
    /// Makes one; nothing where Consul is not installed.
    pub fn new() -> Option<Self> {
        let consul = or_skip("Consul", program("consul"))?;
        let folder = folder(&unique_name());
        output(command(&consul, &folder).args(["tls", "ca", "create"]));
        let ours = "-additional-ipaddress=127.0.0.1";
        output(command(&consul, &folder).args(["tls", "cert", "create", "-server", ours]));
        Some(Self {
            authority: folder.path().join("consul-agent-ca.pem"),
            certificate: folder.path().join("dc1-server-consul-0.pem"),
            key: folder.path().join("dc1-server-consul-0-key.pem"),
            _folder: folder,
        })
    }
}
