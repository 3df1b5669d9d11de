//! `waxseal serve`: the published set over HTTP, for verifiers on other hosts, and if asked for the
//! revocation list, signed.
//!
//! It hands out what is public. Whoever takes this process over finds no private key in it but the feed
//! key, with which no session can be made.

mod connections;
mod end;
mod metrics;
mod routes;
mod snapshots;
mod state;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use waxseal::key::{Key, KeySet};
use waxseal::keyring::PublishedSet;

use crate::cli::Serve;
use crate::exit::{Code, Failure};
use crate::keyfile::{one_key, ring_place};
use crate::output::Output;
use crate::place;

use connections::Connections;
use end::End;
use routes::{JWKS, SNAPSHOT};
use snapshots::Snapshots;
use state::State;

/// How long the system may be out of sockets before we ask again.
const PAUSE: Duration = Duration::from_millis(50);

/// How often we look whether there is something to tell.
const LOOK: Duration = Duration::from_secs(1);

/// Serves until the program is asked to end.
pub(crate) fn run(options: Serve, output: &mut Output) -> Result<Code, Failure> {
    let bind = options.bind;
    let (revoked, feed_key) = (options.revoked.clone(), options.feed_key.clone());
    let set = open(options)?;
    let snapshots = match (revoked, feed_key) {
        (Some(revoked), Some(file)) => {
            let key = one_key(&file, &[], output)?;
            is_separate(&key, &set)?;
            Some(Snapshots::start(&place::of(&revoked, "--revoked", output)?, &key)?)
        }
        _ => None,
    };
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|fault| cannot_listen(bind, &fault))?;
    runtime.block_on(serve(State::new(set, snapshots), bind, output))?;
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

/// Refuses a feed key that signs sessions too: a thief of this process would mint them.
fn is_separate(key: &Key, set: &PublishedSet) -> Result<(), Failure> {
    let published = KeySet::from_jwk_set(set.current().body());
    let members = published.as_ref().map(KeySet::members).unwrap_or_default();
    match members.iter().any(|member| member.key.thumbprint() == key.thumbprint()) {
        false => Ok(()),
        true => Err(Failure::new(Code::USAGE, "the feed key is a key of the published set")
            .next("a key of its own: waxseal keys new --alg EdDSA --out feed.jwk")),
    }
}

async fn serve(state: Arc<State>, bind: SocketAddr, output: &mut Output) -> Result<(), Failure> {
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
    if state.snapshots.is_some() {
        output.line(&format!("http://{bound}{SNAPSHOT}"))?;
    }
    let (mut told, mut told_of_list) = (Told::default(), Told::default());
    let mut look = tokio::time::interval(LOOK);
    let mut connections = Connections::new(routes::router(Arc::clone(&state)));
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
            Next::Look => {
                told.tell("set", state.set.health().fault, output);
                let list = state.snapshots.as_ref().and_then(Snapshots::health);
                told_of_list.tell("revocation list", list.and_then(|it| it.fault), output);
            }
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
    fn tell(&mut self, what: &str, fault: Option<String>, output: &Output) {
        if fault == self.0 {
            return;
        }
        output.note(&match &fault {
            Some(fault) => format!("warning: {fault}; the last good {what} is served on"),
            None => format!("note: the {what} is read well again"),
        });
        self.0 = fault;
    }
}

fn cannot_listen(bind: SocketAddr, fault: &io::Error) -> Failure {
    let failure = Failure::new(Code::CANNOT_WRITE, format!("cannot listen on {bind}: {fault}"));
    failure.next("another address or port: waxseal serve --bind 127.0.0.1:0 takes a free one")
}
