//! A real Prometheus that scrapes the counters that a test sets. In: the built program. Out: one that answers queries,
//! and the server whose numbers the test controls.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::process::Process;
use crate::programs::Programs;
use crate::ready;

/// The default port of Prometheus.
const USUAL_PORT: u16 = 9090;

/// A running Prometheus, which ends when it is dropped.
#[derive(Debug)]
pub struct Prometheus {
    process: Mutex<Option<Process>>,
    port: u16,
    /// What it scrapes.
    pub metrics: Metrics,
}

impl Prometheus {
    /// Starts one with its own name, and a folder with that name beside its log. It uses its usual port if that is
    /// requested and free.
    pub fn start(programs: &Programs, folder: &Path, name: &str, is_usual: bool) -> Result<Self, Failure> {
        let metrics = Metrics::start()?;
        let configuration = json!({
            "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"},
            "scrape_configs": [{
                "job_name": "lab",
                "honor_labels": true,
                "static_configs": [{"targets": [format!("127.0.0.1:{}", metrics.port)]}],
            }],
        });
        // JSON is YAML.
        fs::write(folder.join(format!("{name}.yml")), configuration.to_string())?;
        let mut usual = Some(USUAL_PORT).filter(|_| is_usual && ready::is_free(USUAL_PORT));
        let (process, port) = ready::with_free_ports(|[port]| {
            let port = usual.take().unwrap_or(port);
            let arguments = [
                format!("--config.file={name}.yml"),
                format!("--storage.tsdb.path={name}"),
                format!("--web.listen-address=127.0.0.1:{port}"),
            ];
            let mut process = Process::start(name, &programs.path("prometheus"), &arguments, folder)?;
            ready::wait("Prometheus", || process.ended(), || Ok(ready::answers_well(port, "/-/ready")))?;
            Ok((process, port))
        })?;
        Ok(Self { process: Mutex::new(Some(process)), port, metrics })
    }

    /// Kills it like a node that fails.
    pub fn kill(&self) {
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The address for queries.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
