//! A server of a few lines, which remembers what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) struct StandIn {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Request>>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET /path`
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// A page, with headers before it.
pub(crate) struct Page {
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl StandIn {
    /// Serves each request on a connection of its own, until the tests end.
    pub(crate) fn start(answer: impl Fn(&Request) -> Page + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let port = socket.local_addr().expect("an address").port();
        let asked = Arc::<Mutex<Vec<Request>>>::default();
        let (answer, of_threads) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&of_threads));
                thread::spawn(move || {
                    let request = Request::read(&stream)?;
                    // Remembered first: whoever has the answer finds the request.
                    asked.lock().expect("a lock").push(request.clone());
                    answer(&request).send(stream)
                });
            }
        });
        Self { port, asked }
    }

    /// The one request of that line.
    #[track_caller]
    pub(crate) fn only(&self, line: &str) -> Request {
        let asked = self.asked.lock().expect("a lock");
        let fit: Vec<&Request> = asked.iter().filter(|request| request.line == line).collect();
        let [request] = fit[..] else { panic!("not one {line:?}: {asked:#?}") };
        request.clone()
    }
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// `None`: the other side went away.
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut head = reader.by_ref().lines().map_while(Result::ok);
        let line = head.next()?.trim_end_matches(" HTTP/1.1").to_owned();
        let headers = head.take_while(|line| !line.is_empty());
        let headers = headers.filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        });
        let mut request = Self { line, headers: headers.collect(), body: String::new() };
        let length = request.header("content-length").and_then(|length| length.parse().ok());
        reader.take(length.unwrap_or(0)).read_to_string(&mut request.body).ok()?;
        Some(request)
    }
}

impl Page {
    pub(crate) fn new(body: &str) -> Self {
        Self { headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn header(mut self, line: &str) -> Self {
        self.headers.push(line.into());
        self
    }

    fn send(&self, mut stream: TcpStream) -> Option<()> {
        let headers: String = self.headers.iter().map(|line| format!("{line}\r\n")).collect();
        let (body, length) = (&self.body, self.body.len());
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).ok()
    }
}
