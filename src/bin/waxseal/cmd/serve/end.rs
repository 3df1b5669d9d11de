//! SIGTERM and SIGINT, or Ctrl-C: the ways in which a server is asked to end. SIGHUP asks it to read its
//! file again, which it does every second anyway.

use std::io;
use std::task::{Context, Poll};

#[cfg(unix)]
pub(super) struct End {
    ends: Vec<tokio::signal::unix::Signal>,
    /// Taken, so that it does not end us.
    _hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl End {
    pub(super) fn watch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            ends: vec![signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?],
            _hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Whether one has come.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut ready = Poll::Pending;
        // All of them are asked, so that each wakes us.
        for signal in &mut self.ends {
            if signal.poll_recv(cx).is_ready() {
                ready = Poll::Ready(());
            }
        }
        ready
    }
}

#[cfg(not(unix))]
pub(super) struct End(std::pin::Pin<Box<dyn Future<Output = io::Result<()>> + Send>>);

#[cfg(not(unix))]
impl End {
    pub(super) fn watch() -> io::Result<Self> {
        Ok(Self(Box::pin(tokio::signal::ctrl_c())))
    }

    /// Whether it has come.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx).map(drop)
    }
}
