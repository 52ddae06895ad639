//! A bar for what takes over a second, on a terminal only.

use std::fmt::Write;
use std::future::Future;
use std::io::IsTerminal;
use std::pin::pin;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Before that nobody wonders.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

/// How far a piece of work is.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
    is_shown: bool,
}

impl Progress {
    /// Work of so many steps begins.
    pub(super) fn start(steps: usize, what: &'static str) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
        let look = "{msg} {wide_bar} {human_pos}/{human_len} {rate}/s {eta} left";
        let style = ProgressStyle::with_template(look).expect("the template is a literal");
        let rate = |state: &ProgressState, out: &mut dyn Write| {
            // That a rate cannot be shown is no failure of the work.
            let _ = write!(out, "{:.0}", state.per_sec());
        };
        bar.set_style(style.with_key("rate", rate));
        bar.set_message(what);
        Progress { bar, started: Instant::now(), is_shown: false }
    }

    /// Work begins of which nobody knows yet how many steps it takes.
    pub(super) fn count(what: &'static str) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let look = "{msg} {spinner} {human_pos} ({per_sec})";
        bar.set_style(ProgressStyle::with_template(look).expect("the template is a literal"));
        bar.set_message(what);
        Progress { bar, started: Instant::now(), is_shown: false }
    }

    /// Waits for one part of the work, and shows the bar if the whole has taken a while.
    pub(super) async fn watch<T>(&mut self, part: impl Future<Output = T>) -> T {
        if self.is_shown {
            return part.await;
        }
        let mut part = pin!(part);
        tokio::select! {
            done = &mut part => return done,
            () = tokio::time::sleep(PATIENCE.saturating_sub(self.started.elapsed())) => {}
        }
        self.show();
        part.await
    }

    fn show(&mut self) {
        self.is_shown = true;
        if std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(TICK);
        }
    }

    /// So many steps more are done.
    pub(super) fn advance(&self, steps: usize) {
        self.bar.inc(steps as u64);
    }

    /// The same, where nothing is waited for: shows the bar if the whole has taken a while.
    pub(super) fn advance_now(&mut self, steps: usize) {
        self.advance(steps);
        if !self.is_shown && self.started.elapsed() > PATIENCE {
            self.show();
        }
    }

    /// Counts steps while a part is waited for.
    pub(super) fn steps(&self) -> Steps {
        Steps { bar: self.bar.clone() }
    }
}

/// Counts the steps of a piece of work.
pub(super) struct Steps {
    bar: ProgressBar,
}

impl Steps {
    /// So many more are done.
    pub(super) fn advance(&self, steps: usize) {
        self.bar.inc(steps as u64);
    }

    /// Says something beside the bar, if it is shown.
    pub(super) fn talk(&self, text: &str) {
        self.bar.suspend(|| super::output::talk(text));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
