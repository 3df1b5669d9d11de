//! Connections, bounded in number, time and size: a client that dawdles costs itself only.

use std::collections::VecDeque;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// Most connections at once. One more ends the oldest: an honest request is answered in well under
/// a millisecond, so what has been open the longest is what dawdles.
const MOST: usize = 128;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection may be used, for one request or for many.
const WHOLE: Duration = Duration::from_secs(60);

/// How long the requests at hand may take once the program is asked to end.
const FAREWELL: Duration = Duration::from_secs(1);

/// Largest head of a request, in bytes, and most lines in it: a browser behind two proxies has 2 KB.
const HEAD_BYTES: usize = 8 * 1024;
const HEAD_LINES: usize = 64;

/// The connections that are open, the oldest first.
pub(super) struct Connections {
    router: Router,
    http: http1::Builder,
    end: GracefulShutdown,
    open: VecDeque<AbortHandle>,
}

impl Connections {
    pub(super) fn new(router: Router) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEAD);
        http.max_buf_size(HEAD_BYTES).max_header_size(HEAD_BYTES).max_headers(HEAD_LINES);
        Self { router, http, end: GracefulShutdown::new(), open: VecDeque::new() }
    }

    /// Answers the requests of `stream`, beside all others.
    pub(super) fn take(&mut self, stream: TcpStream) {
        self.open.retain(|task| !task.is_finished());
        while self.open.len() >= MOST {
            self.open.pop_front().inspect(AbortHandle::abort);
        }
        // Answers are written whole: waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(self.router.clone());
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let connection = self.end.watch(connection);
        // What goes wrong on it is between the client and the network.
        let task = tokio::spawn(async move { drop(timeout(WHOLE, connection).await) });
        self.open.push_back(task.abort_handle());
    }

    /// Ends the oldest: the system has no sockets left for a new one.
    pub(super) fn make_room(&mut self) {
        self.open.pop_front().inspect(AbortHandle::abort);
    }

    /// Lets the requests at hand be answered, and no more.
    pub(super) async fn finish(self) {
        let _ = timeout(FAREWELL, self.end.shutdown()).await;
    }
}
