//! What the answers mean, tried on the worked case and on small tables, in four ways that must give one answer.

#[path = "../support/mod.rs"]
mod support;

mod case;
