//! OpenMetrics text, for Prometheus and its kin.

use std::fmt::Write as _;

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
    family(&mut text, "waxseal_requests", "counter", "Requests answered.");
    for ((route, status), count) in state.requests() {
        let labels = [("route", route), ("status", &status.to_string())];
        line(&mut text, "waxseal_requests_total", &labels, count);
    }
    text.push_str("# EOF\n");
    text
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
