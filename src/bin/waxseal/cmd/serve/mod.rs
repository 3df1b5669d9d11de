//! `waxseal serve`: the published set over HTTP, for verifiers on other hosts.
//!
//! It hands out what is public and opens nothing else: whoever takes this process over finds no
//! private key in it.

mod connections;
mod end;
mod metrics;
mod routes;
mod state;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use waxseal::keyring::PublishedSet;

use crate::cli::Serve;
use crate::exit::{Code, Failure};
use crate::keyfile::ring_place;
use crate::output::Output;

use connections::Connections;
use end::End;
use routes::JWKS;
use state::State;

/// How long the system may be out of sockets before we ask again.
const PAUSE: Duration = Duration::from_millis(50);

/// How often we look whether there is something to tell.
const LOOK: Duration = Duration::from_secs(1);

/// Serves until the program is asked to end.
pub(crate) fn run(options: Serve, output: &mut Output) -> Result<Code, Failure> {
    let bind = options.bind;
    let set = open(options)?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|fault| cannot_listen(bind, &fault))?;
    runtime.block_on(serve(set, bind, output))?;
    Ok(Code::DONE)
}

fn open(options: Serve) -> Result<PublishedSet, Failure> {
    if let Some(file) = options.jwks {
        return Ok(PublishedSet::of_file(file, options.cache)?);
    }
    let dir = ring_place(options.keys)?;
    PublishedSet::of_ring(&dir).map_err(|fault| match Failure::from(fault) {
        failure if failure.code == Code::BAD_DATA => {
            failure.next(format!("waxseal lint --keys {dir}; a sealed ring has nothing to publish"))
        }
        failure => failure,
    })
}

async fn serve(set: PublishedSet, bind: SocketAddr, output: &mut Output) -> Result<(), Failure> {
    // Before the address is printed: whoever reads it may end us at once.
    let mut end = End::watch().map_err(|fault| cannot_listen(bind, &fault))?;
    let listener = TcpListener::bind(bind).await.map_err(|fault| cannot_listen(bind, &fault))?;
    let bound = listener.local_addr().map_err(|fault| cannot_listen(bind, &fault))?;
    if !bound.ip().is_loopback() {
        output.note(&format!(
            "warning: {bound} is plain HTTP and may be reached from other machines, and whoever \
             stands between can exchange the keys; put a proxy with TLS before it"
        ));
    }
    output.line(&format!("http://{bound}{JWKS}"))?;
    let mut told = Told::default();
    let mut look = tokio::time::interval(LOOK);
    let mut connections = Connections::new(routes::router(State::new(set.clone())));
    loop {
        let next = poll_fn(|cx| {
            if end.poll(cx).is_ready() {
                return Poll::Ready(Next::End);
            }
            if look.poll_tick(cx).is_ready() {
                return Poll::Ready(Next::Look);
            }
            listener.poll_accept(cx).map(Next::Client)
        });
        match next.await {
            Next::End => break,
            Next::Look => told.tell(&set, output),
            Next::Client(Ok((stream, _))) => connections.take(stream),
            Next::Client(Err(_)) => {
                connections.make_room();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.finish().await;
    Ok(())
}

enum Next {
    End,
    Look,
    Client(io::Result<(TcpStream, SocketAddr)>),
}

/// The fault that the operator knows of.
#[derive(Default)]
struct Told(Option<String>);

impl Told {
    /// Says when the file turns bad, bad in another way, and good.
    fn tell(&mut self, set: &PublishedSet, output: &Output) {
        let fault = set.health().fault;
        if fault == self.0 {
            return;
        }
        output.note(&match &fault {
            Some(fault) => format!("warning: {fault}; the last good set is served on"),
            None => "note: the set is read well again".to_owned(),
        });
        self.0 = fault;
    }
}

fn cannot_listen(bind: SocketAddr, fault: &io::Error) -> Failure {
    let failure = Failure::new(Code::CANNOT_WRITE, format!("cannot listen on {bind}: {fault}"));
    failure.next("another address or port: waxseal serve --bind 127.0.0.1:0 takes a free one")
}
