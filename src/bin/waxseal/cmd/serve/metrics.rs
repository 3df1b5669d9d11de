//! OpenMetrics text, for Prometheus and its kin.

use std::fmt::Write as _;

use super::snapshots::Snapshots;
use super::state::State;

/// What the text is (OpenMetrics 1.0).
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) fn text(state: &State) -> String {
    let health = state.set.health();
    let mut text = String::new();
    let keys = state.set.current().keys();
    family(&mut text, "waxseal_published_keys", "gauge", "Keys in the published set.");
    line(&mut text, "waxseal_published_keys", &[], keys);
    family(&mut text, "waxseal_set_age_seconds", "gauge", "Time since the set was read well.");
    line(&mut text, "waxseal_set_age_seconds", &[], health.age.as_secs_f64());
    family(&mut text, "waxseal_reload_failures", "counter", "Readings of the set that failed.");
    line(&mut text, "waxseal_reload_failures_total", &[], health.failures);
    if let (Some(ring), Some(serial)) = (state.set.ring(), state.set.serial()) {
        family(&mut text, "waxseal_ring_serial", "gauge", "The ring's highest event.");
        line(&mut text, "waxseal_ring_serial", &[("ring", ring)], serial);
    }
    if let Some(snapshots) = &state.snapshots {
        list(&mut text, snapshots);
    }
    family(&mut text, "waxseal_requests", "counter", "Requests answered.");
    for ((route, status), count) in state.requests() {
        let labels = [("route", route), ("status", &status.to_string())];
        line(&mut text, "waxseal_requests_total", &labels, count);
    }
    text.push_str("# EOF\n");
    text
}

/// How the revocation list does, and what is served of it.
fn list(text: &mut String, snapshots: &Snapshots) {
    let Some(health) = snapshots.health() else {
        return;
    };
    let current = snapshots.current();
    let mut gauge = |name: &str, help: &str, value: f64| {
        let name = format!("waxseal_revocation_{name}");
        family(text, &name, "gauge", help);
        line(text, &name, &[], value);
    };
    gauge("age_seconds", "Time since the list was read whole.", health.age.as_secs_f64());
    gauge("entries", "Entries of the list.", health.entries as f64);
    let unpublished = health.unpublished as f64;
    gauge("unpublished_entries", "Entries that other hosts cannot see yet.", unpublished);
    gauge("writers", "Writers seen in the feed.", health.writers as f64);
    gauge("snapshot_serial", "The serial of the snapshot.", current.serial as f64);
    gauge("snapshot_bytes", "The length of the snapshot.", current.body.len() as f64);
    for (name, help, count) in [
        ("holes", "Times the feed lost something.", health.holes),
        ("reloads", "Times the feed was read again from its beginning.", health.reloads),
        ("stale_accepts", "Tokens accepted by a list that is too old.", health.stale_accepts),
        ("corrupt", "Readings that found the list corrupt.", health.corrupt),
        ("failures", "Readings of the list that failed.", health.failures),
    ] {
        let name = format!("waxseal_revocation_{name}");
        family(text, &name, "counter", help);
        line(text, &format!("{name}_total"), &[], count);
    }
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# TYPE {name} {kind}");
    if let Some(unit) = name.strip_suffix("_seconds").map(|_| "seconds") {
        let _ = writeln!(text, "# UNIT {name} {unit}");
    }
    let _ = writeln!(text, "# HELP {name} {help}");
}

fn line(text: &mut String, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
    let labels =
        if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    let _ = writeln!(text, "{name}{labels} {value}");
}

/// A label's value: three characters mean something there.
fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_inside_its_label() {
        assert_eq!(escape("a\"} 1\nb\\"), "a\\\"} 1\\nb\\\\");
    }
}
