//! What a server tells while it runs: lines on standard error, and spans for a collector where they were built in.

use std::io::IsTerminal;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::failure::Failure;
use crate::config::{Config, LogFormat};
use crate::service::SPANS;

/// Sends what was not sent yet when it is asked to end.
#[derive(Debug)]
pub(super) struct Telemetry {
    #[cfg(feature = "otlp")]
    traces: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

/// Starts to write lines, and to collect spans if there is a collector to send them to.
pub(super) fn start(config: &Config) -> Result<Telemetry, Failure> {
    let lines = lines(&config.log_filter, config.log_format);
    #[cfg(feature = "otlp")]
    {
        use opentelemetry::trace::TracerProvider;
        use tracing_subscriber::filter::{LevelFilter, Targets};
        let traces = config.otlp_endpoint.as_deref().map(traces).transpose()?;
        let spans = traces.as_ref().map(|traces| {
            let spans = tracing_opentelemetry::layer().with_tracer(traces.tracer("armistice"));
            // Where in the code a span was made, and by which thread, is nobody's concern.
            let spans =
                spans.with_location(false).with_threads(false).with_tracked_inactivity(false).with_target(false);
            spans.with_filter(Targets::new().with_target(SPANS, LevelFilter::INFO))
        });
        // Someone else may have started it, where the command runs inside another program.
        let _ = tracing_subscriber::registry().with(lines).with(spans).try_init();
        Ok(Telemetry { traces })
    }
    #[cfg(not(feature = "otlp"))]
    {
        let _ = tracing_subscriber::registry().with(lines).try_init();
        Ok(Telemetry {})
    }
}

/// Lines on standard error, of what a filter lets pass.
fn lines(filter: &str, format: LogFormat) -> impl Layer<Registry> + Send + Sync {
    let filter = EnvFilter::try_new(filter).expect("the filter was checked with the settings");
    // A span is no line, whatever the filter says. Every filter here must know the highest level that it lets pass: of one that does not
    // (such as a closure), the spans that HTTP/2 makes of each frame are all weighed, which halves what a server can answer.
    let filter = filter.add_directive(format!("{SPANS}=off").parse().expect("a directive"));
    let is_plain = !std::io::stderr().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    let lines = tracing_subscriber::fmt::layer().with_ansi(!is_plain).with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Human => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    lines.with_filter(filter)
}

#[cfg(feature = "otlp")]
fn traces(endpoint: &str) -> Result<opentelemetry_sdk::trace::SdkTracerProvider, Failure> {
    use opentelemetry_otlp::{SpanExporter, WithExportConfig};
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    let built = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
    let exporter = built.map_err(|error| Failure::System {
        doing: "prepare to send traces",
        source: std::io::Error::other(error.to_string()),
    })?;
    let resource = Resource::builder()
        .with_service_name("armistice")
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

impl Telemetry {
    /// Sends what is left.
    pub(super) async fn end(self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            let ended = tokio::task::spawn_blocking(move || traces.shutdown()).await;
            if let Ok(Err(error)) = ended {
                tracing::warn!(%error, "not every trace was sent");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Subscriber;
    use tracing::level_filters::LevelFilter;

    use super::*;

    #[test]
    fn what_is_below_the_level_of_all_filters_is_never_looked_at() {
        for (filter, most) in [("info", LevelFilter::INFO), ("warn,armistice=debug", LevelFilter::DEBUG)] {
            for format in [LogFormat::Human, LogFormat::Json] {
                let told = tracing_subscriber::registry().with(lines(filter, format));
                assert_eq!(told.max_level_hint(), Some(most), "{filter}");
            }
        }
    }
}
