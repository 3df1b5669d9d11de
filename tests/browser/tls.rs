//! TLS before a server that speaks none, as a reverse proxy puts it there.

use std::sync::{Arc, LazyLock};

use rcgen::CertifiedKey;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The names that the browsers of the tests know.
const NAMES: [&str; 2] = ["shop.example", "evil.example"];

/// Forwards bytes until the tests end.
pub(crate) struct Proxy {
    port: u16,
}

/// A proxy whose URL is known before its backend is there.
pub(crate) struct Door(std::net::TcpListener);

impl Door {
    pub(crate) fn reserve() -> Self {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
        socket.set_nonblocking(true).expect("a socket of tokio's");
        Self(socket)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().expect("an address").port()
    }

    pub(crate) fn lead_to(self, backend: u16) -> Proxy {
        let port = self.port();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
            runtime.expect("a runtime").block_on(serve(self.0, backend));
        });
        Proxy { port }
    }
}

impl Proxy {
    pub(crate) fn to(backend: u16) -> Self {
        Door::reserve().lead_to(backend)
    }

    pub(crate) fn url(&self, name: &str, path: &str) -> String {
        assert!(NAMES.contains(&name), "the certificate has no {name}");
        format!("https://{name}:{}{path}", self.port)
    }
}

async fn serve(socket: std::net::TcpListener, backend: u16) {
    let socket = TcpListener::from_std(socket).expect("a socket");
    while let Ok((near, _)) = socket.accept().await {
        tokio::spawn(async move {
            // A browser connects ahead of need, and goes away without a word.
            let mut near = ACCEPTOR.accept(near).await.ok()?;
            let mut far = TcpStream::connect(("127.0.0.1", backend)).await.expect("a backend");
            copy_bidirectional(&mut near, &mut far).await.ok()
        });
    }
}

static ACCEPTOR: LazyLock<TlsAcceptor> = LazyLock::new(|| {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(NAMES.map(String::from)).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key);
    TlsAcceptor::from(Arc::new(config.expect("a key for the certificate")))
});
