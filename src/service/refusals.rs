//! A layer around our services: what tonic refuses by itself is put as all other refusals are.

use std::convert::Infallible;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::wire::codec;

use super::door::Answering;

/// Wraps a service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusals {
    /// What the paths of our own methods start with. How health and reflection answer is not ours to say.
    pub(super) prefix: &'static str,
}

/// A service so wrapped.
#[derive(Debug, Clone)]
pub(super) struct Amended<S> {
    prefix: &'static str,
    inner: S,
}

impl<S> Layer<S> for Refusals {
    type Service = Amended<S>;

    fn layer(&self, inner: S) -> Amended<S> {
        Amended { prefix: self.prefix, inner }
    }
}

impl<S, Q> Service<Request<Q>> for Amended<S>
where
    S: Service<Request<Q>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Q>) -> Answering {
        let ours = request.uri().path().starts_with(self.prefix);
        let answer = self.inner.call(request);
        Box::pin(async move { if ours { answer.await.map(codec::amended) } else { answer.await } })
    }
}
