//! Answers from web servers, bounded in time and size: the one place that opens connections.
//!
//! A GET of one place, over TLS with the roots that the machine trusts. No cookies, no credentials,
//! and no way back from https to http.

mod place;

use std::fmt;
use std::io::Read as _;
use std::time::Duration;

use ureq::http::header::{
    AGE, CACHE_CONTROL, CONTENT_LENGTH, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy};

pub(crate) use place::{Place, PlaceFault};

/// How often an answer may send us elsewhere.
const REDIRECTS: usize = 3;

/// Largest head of an answer, in bytes.
const HEAD_BYTES: usize = 16 * 1024;

/// Longest entity tag or date that is sent back, in bytes.
const VALIDATOR_BYTES: usize = 256;

/// Longest cause in a text for a log, in characters.
const CAUSE_CHARS: usize = 200;

/// What an answer may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// From the name of the host to a connection with TLS.
    pub(crate) connect: Duration,
    /// From beginning to end, anew after each redirect.
    pub(crate) overall: Duration,
    /// Bytes of content.
    pub(crate) most: usize,
}

/// Asks one place, as often as wanted.
pub(crate) struct Fetcher {
    agent: Agent,
    place: Place,
    most: usize,
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Answer {
    /// What we have is still true.
    Same(Freshness),
    /// Content; `validators` ask next time whether it has changed.
    New {
        /// All of it.
        body: Vec<u8>,
        /// What names it.
        validators: Validators,
        /// For how long it need not be asked for again.
        freshness: Freshness,
    },
}

/// For how long the server says that an answer need not be asked for again; `None` if it does not.
pub(crate) type Freshness = Option<Duration>;

/// What names a content that we have (RFC 9110 section 8.8).
#[derive(Clone, Debug, Default)]
pub(crate) struct Validators {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

/// Why there is no answer, on one line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// No connection, no TLS, or no time.
    #[error("no answer: {0}")]
    Transport(String),
    /// Neither 200 nor 304.
    #[error("the server answers {0}; 200 is expected")]
    Status(u16),
    /// 304 to a question that named no content.
    #[error("the server answers 304 (not modified), and was not asked whether")]
    NotAsked,
    /// A redirect to a place that we do not go to.
    #[error("the server redirects to a place that is not followed: {0}")]
    Redirect(PlaceFault),
    /// A redirect without a place.
    #[error("the server redirects and does not say where to")]
    Nowhere,
    /// Too many redirects.
    #[error("the server redirects more than {REDIRECTS} times")]
    Redirects,
    /// More content than is read.
    #[error("the answer has more than {0} bytes")]
    TooLong(usize),
    /// Content that was packed without our asking.
    #[error("the answer has a content coding, which was not asked for")]
    Packed,
}

impl Fetcher {
    pub(crate) fn new(place: Place, bounds: Bounds) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_connect(Some(bounds.connect))
            .timeout_global(Some(bounds.overall))
            .max_response_header_size(HEAD_BYTES)
            // Every step is judged here.
            .max_redirects(0)
            .http_status_as_error(false)
            // What stays on this machine does not go through a proxy.
            .proxy(if place.is_secure() { Proxy::try_from_env() } else { None })
            .user_agent(concat!("waxseal/", env!("CARGO_PKG_VERSION")))
            // Asked for rarely: a kept connection would be closed by then.
            .max_idle_connections(0)
            .build();
        Self { agent: config.into(), place, most: bounds.most }
    }

    /// Where it asks.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Asks for the content, or whether that which `known` names has changed.
    pub(crate) fn get(&self, known: &Validators) -> Result<Answer, FetchError> {
        let mut place = self.place.clone();
        for _ in 0..=REDIRECTS {
            let mut answer = self.ask(&place, known)?;
            let status = answer.status();
            let freshness = freshness(answer.headers());
            match status {
                StatusCode::OK => {
                    let body = content(&mut answer, self.most)?;
                    let validators = Validators::of(answer.headers());
                    return Ok(Answer::New { body, validators, freshness });
                }
                StatusCode::NOT_MODIFIED if known.is_empty() => return Err(FetchError::NotAsked),
                StatusCode::NOT_MODIFIED => return Ok(Answer::Same(freshness)),
                StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT => {
                    let to = answer.headers().get(LOCATION).ok_or(FetchError::Nowhere)?;
                    let to = to.to_str().map_err(|_| FetchError::Nowhere)?;
                    place = place.redirected(to).map_err(FetchError::Redirect)?;
                }
                other => return Err(FetchError::Status(other.as_u16())),
            }
        }
        Err(FetchError::Redirects)
    }

    fn ask(&self, place: &Place, known: &Validators) -> Result<Response<Body>, FetchError> {
        let mut request = self.agent.get(place.uri());
        for (name, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.modified)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.call().map_err(|fault| transport(&fault))
    }
}

/// The whole content, refused by its announced length before any of it is read.
fn content(answer: &mut Response<Body>, most: usize) -> Result<Vec<u8>, FetchError> {
    if answer.headers().contains_key(ureq::http::header::CONTENT_ENCODING) {
        return Err(FetchError::Packed);
    }
    let announced = number(answer.headers(), CONTENT_LENGTH);
    let bound = u64::try_from(most).unwrap_or(u64::MAX);
    if announced.is_some_and(|announced| announced > bound) {
        return Err(FetchError::TooLong(most));
    }
    let mut body = Vec::new();
    // One byte more tells a content that fits from one that was cut.
    let mut stream = answer.body_mut().as_reader().take(bound.saturating_add(1));
    stream.read_to_end(&mut body).map_err(|fault| transport(&fault.into()))?;
    if body.len() > most { Err(FetchError::TooLong(most)) } else { Ok(body) }
}

/// The cause in our words, where ureq's would quote the server or say little.
fn transport(fault: &ureq::Error) -> FetchError {
    FetchError::Transport(match fault {
        ureq::Error::Timeout(_) => "it takes too long".into(),
        ureq::Error::HostNotFound => "no host of that name is found".into(),
        ureq::Error::Protocol(_) => "it does not speak HTTP/1.1".into(),
        ureq::Error::LargeResponseHeader(..) => {
            format!("the head of the answer has more than {HEAD_BYTES} bytes")
        }
        ureq::Error::Io(fault) => plain(&fault.to_string()),
        other => plain(&other.to_string()),
    })
}

/// One short line: rustls names what stands in a certificate, which the other side wrote.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(CAUSE_CHARS).collect()
}

/// `max-age` less `Age` (RFC 9111 section 4.2); nothing for `no-cache` and `no-store`.
fn freshness(headers: &HeaderMap) -> Freshness {
    let lines = headers.get_all(CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    let mut life = None;
    for directive in lines.flat_map(|line| line.split(',')).map(str::trim) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => return Some(Duration::ZERO),
            "max-age" if life.is_none() => life = digits(value.trim().trim_matches('"')),
            _ => {}
        }
    }
    let life = life?.saturating_sub(number(headers, AGE).unwrap_or(0));
    Some(Duration::from_secs(life))
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    digits(headers.get(name)?.to_str().ok()?.trim())
}

/// A number of digits only; one that does not fit is the largest.
fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().unwrap_or(u64::MAX))
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        let short = |name| {
            headers.get(name).filter(|value: &&HeaderValue| value.len() <= VALIDATOR_BYTES).cloned()
        };
        Self { etag: short(ETAG), modified: short(LAST_MODIFIED) }
    }

    fn is_empty(&self) -> bool {
        self.etag.is_none() && self.modified.is_none()
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fetcher").field(&self.place).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    const MOST: usize = 1000;

    /// Answers one connection with `parts`, a pause before each, until the other side is gone.
    fn serves(parts: Vec<Vec<u8>>, pause: Duration) -> Fetcher {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let _ = stream.read(&mut [0; 4096]);
            for part in parts {
                thread::sleep(pause);
                if stream.write_all(&part).is_err() {
                    return;
                }
            }
        });
        let second = Duration::from_secs(1);
        let bounds = Bounds { connect: second, overall: Duration::from_millis(300), most: MOST };
        Fetcher::new(Place::parse(&url).expect("a place"), bounds)
    }

    fn fault(fetcher: &Fetcher) -> String {
        fetcher.get(&Validators::default()).expect_err("it is refused").to_string()
    }

    #[test]
    fn a_server_that_drips_does_not_hold_us() {
        let drops = vec![b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'a'; 1]];
        let drops = drops.into_iter().chain((0..50).map(|_| vec![b'a'])).collect();
        let fetcher = serves(drops, Duration::from_millis(50));
        assert_eq!(fault(&fetcher), "no answer: it takes too long");

        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n".to_vec();
        let drops = std::iter::once(head).chain((0..50).map(|_| vec![b'a'])).collect();
        let fetcher = serves(drops, Duration::from_millis(50));
        assert_eq!(fault(&fetcher), "no answer: it takes too long");
    }

    #[test]
    fn too_much_is_refused_by_its_length_and_while_it_comes() {
        let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
        let fetcher = serves(vec![announced], Duration::ZERO);
        assert_eq!(fault(&fetcher), "the answer has more than 1000 bytes");

        let mut endless = vec![b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec()];
        endless.extend((0..100).map(|_| vec![b'a'; 1000]));
        let fetcher = serves(endless, Duration::ZERO);
        assert_eq!(fault(&fetcher), "the answer has more than 1000 bytes");

        let exact = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec();
        let fetcher = serves(vec![exact, vec![b'a'; MOST]], Duration::ZERO);
        let answer = fetcher.get(&Validators::default()).expect("it fits");
        assert!(matches!(answer, Answer::New { body, .. } if body.len() == MOST));

        let mut head = b"HTTP/1.1 200 OK\r\nX: ".to_vec();
        head.resize(HEAD_BYTES + 100, b'a');
        let fetcher = serves(vec![head], Duration::ZERO);
        assert_eq!(fault(&fetcher), "no answer: the head of the answer has more than 16384 bytes");
    }

    #[test]
    fn every_other_status_is_told() {
        for (status, said) in [
            ("500 Oops", "the server answers 500; 200 is expected"),
            ("204 Nothing", "the server answers 204; 200 is expected"),
            ("304 Same", "the server answers 304 (not modified), and was not asked whether"),
            ("302 Found", "the server redirects and does not say where to"),
        ] {
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            assert_eq!(fault(&serves(vec![head.into_bytes()], Duration::ZERO)), said);
        }
        let packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na";
        let said = fault(&serves(vec![packed.to_vec()], Duration::ZERO));
        assert_eq!(said, "the answer has a content coding, which was not asked for");
        let said = fault(&serves(vec![b"SSH-2.0-x\r\n\r\n".to_vec()], Duration::ZERO));
        assert_eq!(said, "no answer: it does not speak HTTP/1.1");
    }

    #[test]
    fn freshness_is_the_servers_word_less_the_time_in_caches() {
        let said = |cache: &str, age: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, cache.parse().expect("a value"));
            headers.insert(AGE, age.parse().expect("a value"));
            freshness(&headers).map(|life| life.as_secs())
        };
        for (cache, age, wanted) in [
            ("public, max-age=600", "", Some(600)),
            ("MAX-AGE=600", "100", Some(500)),
            ("max-age=\"600\"", "700", Some(0)),
            ("max-age=600, no-cache", "", Some(0)),
            ("no-store", "", Some(0)),
            ("max-age=600, max-age=9", "", Some(600)),
            ("max-age=99999999999999999999999", "x", Some(u64::MAX)),
            ("max-age=-1", "", None),
            ("max-age", "", None),
            ("s-maxage=60", "", None),
        ] {
            assert_eq!(said(cache, age), wanted, "{cache} {age}");
        }
    }
}
