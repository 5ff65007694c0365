//! The two text formats that Prometheus reads.

/// The text formats in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// `OpenMetrics` 1.0, for clients that request it.
    OpenMetrics,
    /// The Prometheus text format, version 0.0.4.
    Prometheus,
}

impl TextForm {
    /// The value of `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// Converts `OpenMetrics` to the Prometheus text format. Counter names in descriptions also end with `_total`, and the
/// lines for units and for the end are omitted.
pub(super) fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let counters: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter")).collect();
    let mut plain = String::with_capacity(text.len());
    for line in lines {
        if line.starts_with("# UNIT ") || line == "# EOF" {
            continue;
        }
        let described = ["# HELP ", "# TYPE "].into_iter().find_map(|word| Some((word, line.strip_prefix(word)?)));
        match described.and_then(|(word, rest)| Some((word, rest.split_once(' ')?))) {
            Some((word, (name, rest))) if counters.contains(&name) => {
                plain.extend([word, name, "_total ", rest]);
            }
            _ => plain.push_str(line),
        }
        plain.push('\n');
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use prometheus_client::registry::Registry;

    use super::*;
    use crate::domain::metrics::{FetchOutcome, Metrics};

    #[test]
    fn counter_names_follow_the_text_format() {
        let metrics = Metrics::default();
        metrics.fetched("D36", FetchOutcome::Unchanged, 0, Duration::from_millis(70));
        let open = metrics.text(&Registry::default(), TextForm::OpenMetrics).unwrap();
        assert!(open.contains("# TYPE lionrock_fetches counter\n") && open.ends_with("# EOF\n"), "{open}");
        let plain = metrics.text(&Registry::default(), TextForm::Prometheus).unwrap();
        assert!(plain.contains("# TYPE lionrock_fetches_total counter\n"), "{plain}");
        assert!(plain.contains("\nlionrock_fetches_total{dataset=\"D36\",outcome=\"unchanged\"} 1\n"), "{plain}");
        assert!(
            plain.contains("lionrock_fetch_duration_seconds_bucket{le=\"0.1\",outcome=\"unchanged\"} 1\n"),
            "{plain}"
        );
        assert!(!plain.contains("# UNIT") && !plain.contains("# EOF"), "{plain}");
    }
}
