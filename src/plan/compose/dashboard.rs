//! The dashboard of Grafana with exactly the services of the system: a row for the whole, then a row for each.
//!
//! Called by `compose.rs`. The figures are those of `crates/chassis/src/metrics.rs`.

use serde_json::{Value, json};

use super::super::service::has_events;
use crate::system::System;

/// Grafana divides a row into so many columns.
const COLUMNS: usize = 24;
/// The height of a panel and of the head of a row.
const PANEL: usize = 8;
const HEAD: usize = 1;

/// Requests that somebody made, without those that only look whether the process lives.
const WORK: &str = "route!~\"/(health|metrics).*\"";

/// A panel: its title, the unit of its figures, and its queries, each with how its lines are called.
struct Panel {
    title: &'static str,
    unit: &'static str,
    queries: Vec<(String, &'static str)>,
}

pub(super) fn dashboard(system: &System) -> String {
    let mut panels = Panels::default();
    panels.row("All services", whole());
    panels.row("gateway", of("gateway", false));
    for service in &system.services {
        panels.row(
            service.name.as_str(),
            of(service.name.as_str(), has_events(service)),
        );
    }
    let dashboard = json!({
        "uid": system.name.as_str(),
        "title": system.name.as_str(),
        "tags": ["microkit"],
        "schemaVersion": 39,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "5s",
        "time": {"from": "now-15m", "to": "now"},
        "panels": panels.panels,
    });
    format!("{dashboard:#}\n")
}

fn panel(title: &'static str, unit: &'static str, queries: Vec<(String, &'static str)>) -> Panel {
    Panel {
        title,
        unit,
        queries,
    }
}

/// What compares the services with each other.
fn whole() -> Vec<Panel> {
    let requests = format!("sum by (service) (rate(http_requests_total{{{WORK}}}[1m]))");
    let failed =
        format!("sum by (service) (rate(http_requests_total{{{WORK},status=~\"5..\"}}[1m]))");
    vec![
        panel(
            "Instances",
            "short",
            vec![("count by (job) (up == 1)".into(), "{{job}}")],
        ),
        panel("Requests", "reqps", vec![(requests, "{{service}}")]),
        panel(
            "Requests that failed (5xx)",
            "reqps",
            vec![(failed, "{{service}}")],
        ),
    ]
}

/// What one service does: how much, how fast, how well.
fn of(service: &str, has_events: bool) -> Vec<Panel> {
    let requests = format!(
        "sum by (method, route) (rate(http_requests_total{{{WORK},service=\"{service}\"}}[1m]))"
    );
    let duration = |quantile: &str| {
        format!(
            "histogram_quantile({quantile}, sum by (le) \
             (rate(http_request_duration_seconds_bucket{{{WORK},service=\"{service}\"}}[1m])))"
        )
    };
    let answers =
        format!("sum by (status) (rate(http_requests_total{{{WORK},service=\"{service}\"}}[1m]))");
    let mut panels = vec![
        panel(
            "Requests",
            "reqps",
            vec![(requests, "{{method}} {{route}}")],
        ),
        panel(
            "Duration",
            "s",
            vec![
                (duration("0.5"), "p50"),
                (duration("0.95"), "p95"),
                (duration("0.99"), "p99"),
            ],
        ),
        panel("Answers by status", "reqps", vec![(answers, "{{status}}")]),
    ];
    if has_events {
        let waiting = format!("max(outbox_pending{{service=\"{service}\"}})");
        let received =
            format!("sum by (outcome) (rate(events_received_total{{service=\"{service}\"}}[1m]))");
        panels.push(panel(
            "Events",
            "short",
            vec![
                (waiting, "waiting to be published"),
                (received, "received per second: {{outcome}}"),
            ],
        ));
    }
    panels
}

/// The panels so far, one below the other.
#[derive(Default)]
struct Panels {
    panels: Vec<Value>,
    y: usize,
}

impl Panels {
    fn row(&mut self, title: &str, panels: Vec<Panel>) {
        let id = self.panels.len() + 1;
        self.panels.push(json!({
            "id": id,
            "type": "row",
            "title": title,
            "collapsed": false,
            "gridPos": {"x": 0, "y": self.y, "w": COLUMNS, "h": HEAD},
            "panels": [],
        }));
        self.y += HEAD;
        let width = COLUMNS / panels.len();
        for (index, panel) in panels.into_iter().enumerate() {
            let queries = panel.queries.into_iter().zip('A'..);
            let targets: Vec<Value> = queries
                .map(|((expression, legend), letter)| {
                    json!({"refId": letter.to_string(), "expr": expression, "legendFormat": legend})
                })
                .collect();
            self.panels.push(json!({
                "id": self.panels.len() + 1,
                "type": "timeseries",
                "title": panel.title,
                "datasource": {"type": "prometheus", "uid": "prometheus"},
                "gridPos": {"x": index * width, "y": self.y, "w": width, "h": PANEL},
                "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
                "targets": targets,
            }));
        }
        self.y += PANEL;
    }
}
