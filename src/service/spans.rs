//! A span for each call, where traces were built in: made only if somebody collects them.

#[cfg(feature = "otlp")]
pub(super) use collected::{Span, end, start, within};
#[cfg(not(feature = "otlp"))]
pub(super) use none::{Span, end, start, within};

/// The target of spans, which the lines of the log pass over.
pub const TARGET: &str = "armistice::spans";

#[cfg(not(feature = "otlp"))]
mod none {
    use http::HeaderMap;

    use crate::domain::record::Position;
    use crate::service::door::Answering;

    /// No span.
    #[derive(Debug, Clone)]
    pub(in crate::service) struct Span;

    pub(in crate::service) fn start(_method: &str, _headers: &HeaderMap) -> Span {
        Span
    }

    pub(in crate::service) fn end(
        Span: &Span,
        _code: &'static str,
        _is_failure: bool,
        _position: Option<Position>,
        _principal: Option<&str>,
    ) {
    }

    pub(in crate::service) fn within(
        Span: Span,
        answering: impl Future<Output = <Answering as Future>::Output> + Send + 'static,
    ) -> Answering {
        Box::pin(answering)
    }
}

#[cfg(feature = "otlp")]
mod collected {
    use http::HeaderMap;
    use opentelemetry::propagation::{Extractor, TextMapPropagator};
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use tracing::Instrument;
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    pub(in crate::service) use tracing::Span;

    use crate::domain::record::Position;
    use crate::service::door::Answering;

    /// The span of a call: a child of the caller's, if it sent one along.
    pub(in crate::service) fn start(method: &str, headers: &HeaderMap) -> Span {
        let span = tracing::info_span!(
            target: "armistice::spans",
            "call",
            otel.name = method,
            otel.kind = "server",
            rpc.system.name = "grpc",
            rpc.method = method,
            rpc.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
            armistice.position = tracing::field::Empty,
            armistice.principal.id = tracing::field::Empty,
        );
        if !span.is_disabled() && headers.contains_key("traceparent") {
            let parent = TraceContextPropagator::new().extract(&Headers(headers));
            // A span that is collected has a context to be put into.
            let _ = span.set_parent(parent);
        }
        span
    }

    pub(in crate::service) fn end(
        span: &Span,
        code: &'static str,
        is_failure: bool,
        position: Option<Position>,
        principal: Option<&str>,
    ) {
        if span.is_disabled() {
            return;
        }
        span.record("rpc.status_code", code);
        if let Some(principal) = principal {
            span.record("armistice.principal.id", principal);
        }
        if is_failure {
            span.record("error.type", code);
            span.record("otel.status_code", "ERROR");
        }
        if let Some(position) = position {
            span.record("armistice.position", position);
        }
    }

    pub(in crate::service) fn within(
        span: Span,
        answering: impl Future<Output = <Answering as Future>::Output> + Send + 'static,
    ) -> Answering {
        if span.is_disabled() { Box::pin(answering) } else { Box::pin(answering.instrument(span)) }
    }

    struct Headers<'h>(&'h HeaderMap);

    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key).and_then(|value| value.to_str().ok())
        }

        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(http::HeaderName::as_str).collect()
        }
    }
}
