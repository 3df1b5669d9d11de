//! The program as a server, and a client that hides nothing.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use waxseal::key::Algorithm;
use waxseal::keyring::NewRing;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waxseal"));
    command.arg("serve").env_remove("WAXSEAL_KEYS").stdin(Stdio::null());
    command
}

/// Runs it to its end: exit code, standard output, standard error.
pub(crate) fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = program().args(args).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A ring in a folder of its own.
pub(crate) struct Ring {
    _root: tempfile::TempDir,
    dir: String,
}

impl Ring {
    pub(crate) fn make() -> Self {
        Self::of(Algorithm::EdDsa)
    }

    pub(crate) fn sealed() -> Self {
        Self::of(Algorithm::A256Gcm)
    }

    fn of(algorithm: Algorithm) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let dir = root.path().join("keys");
        NewRing::new("https://id.example").algorithm(algorithm).create(&dir).expect("a ring");
        Self { dir: dir.to_str().expect("text").to_owned(), _root: root }
    }

    pub(crate) fn dir(&self) -> &str {
        &self.dir
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(format!("{}/{name}", self.dir)).expect("a file")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(format!("{}/{name}", self.dir), text).expect("written");
    }

    #[cfg(unix)]
    pub(crate) fn replace(&self, name: &str, text: &str) {
        self.write(".next", text);
        let path = |name: &str| format!("{}/{name}", self.dir);
        fs::rename(path(".next"), path(name)).expect("renamed");
    }
}

/// The program, serving; ended on drop.
pub(crate) struct Serving {
    child: Child,
    /// Held open: the program writes to it.
    _out: BufReader<ChildStdout>,
    /// The line that it printed.
    pub(crate) url: String,
    port: u16,
}

impl Serving {
    /// Starts it on a free port.
    #[track_caller]
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = program();
        command.args(args);
        if !args.contains(&"--bind") {
            command.args(["--bind", "127.0.0.1:0"]);
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut url = String::new();
        out.read_line(&mut url).expect("a line");
        let port = url.split(':').nth(2).and_then(|rest| rest.split('/').next());
        let port = port.and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("{url:?} has no port"));
        Self { child, _out: out, url: url.trim_end().to_owned(), port }
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(stream)
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"))
    }

    #[track_caller]
    pub(crate) fn ask(&self, request: &str) -> Answer {
        self.try_ask(request).expect("an answer")
    }

    /// Sends `request` as it stands, with a wish to close; `None` if the other side just closes.
    pub(crate) fn try_ask(&self, request: &str) -> Option<Answer> {
        let mut stream = self.connect().expect("a connection");
        let request = request.replacen("Host: a\r\n", "Host: a\r\nConnection: close\r\n", 1);
        // It may stop reading early, which is its right.
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::parse(&String::from_utf8(bytes).expect("text"))
    }

    #[track_caller]
    pub(crate) fn metric(&self, name: &str) -> f64 {
        metric(&self.get("/metrics").body, name)
    }

    /// Ends it by SIGTERM: its exit code and standard error.
    #[cfg(unix)]
    pub(crate) fn end(self) -> (Option<i32>, String) {
        self.end_by("TERM")
    }

    #[cfg(unix)]
    pub(crate) fn end_by(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status().expect("kill runs");
        assert!(sent.success());
        let code = self.child.wait().expect("it ends").code();
        let mut said = String::new();
        let mut err = self.child.stderr.take().expect("a pipe");
        err.read_to_string(&mut said).expect("text");
        (code, said)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let header = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_ascii_lowercase(), value.to_owned()))
        };
        let headers = lines.map(|line| header(line).expect("a header")).collect();
        Some(Self { status, headers, body: body.to_owned() })
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(found, _)| found == name);
        let (_, value) = found.next().unwrap_or_else(|| panic!("no {name}: {self:?}"));
        assert!(found.next().is_none(), "{name} stands twice: {self:?}");
        value
    }

    #[track_caller]
    pub(crate) fn max_age(&self) -> u64 {
        let value = self.header("cache-control").strip_prefix("public, max-age=");
        value.and_then(|age| age.parse().ok()).expect("a number of seconds")
    }
}

/// The value of one sample.
#[track_caller]
pub(crate) fn metric(text: &str, name: &str) -> f64 {
    let samples = samples(text);
    let found = samples.iter().find(|(found, _)| found == name);
    found.unwrap_or_else(|| panic!("no {name}:\n{text}")).1
}

/// The samples of an OpenMetrics text, which must be strictly so: every family typed before its
/// samples and named once, counters ending in `_total`, units in the name, `# EOF` at the end.
#[track_caller]
pub(crate) fn samples(text: &str) -> Vec<(String, f64)> {
    let body = text.strip_suffix("# EOF\n").expect("it ends with # EOF");
    let (mut families, mut samples) = (Vec::<(String, String)>::new(), Vec::new());
    for line in body.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "TYPE", name, kind] => {
                assert!(["gauge", "counter"].contains(&kind), "{line}");
                assert!(families.iter().all(|(known, _)| known != name), "{line}: twice");
                families.push((name.into(), kind.into()));
            }
            ["#", "UNIT", name, unit] => {
                assert_eq!(families.last().expect("a TYPE first").0, name);
                assert!(name.ends_with(&format!("_{unit}")), "{line}");
            }
            ["#", "HELP", name, _] => {
                assert_eq!(families.last().expect("a TYPE first").0, name);
            }
            _ => {
                assert!(!line.starts_with('#') && !line.is_empty(), "{line}");
                let (sample, value) = line.rsplit_once(' ').expect("a value");
                let name = sample.split('{').next().expect("a name");
                let (family, kind) = families.last().expect("a TYPE first");
                let wanted = match kind.as_str() {
                    "counter" => format!("{family}_total"),
                    _ => family.clone(),
                };
                assert_eq!(name, wanted, "{line}");
                if let Some(labels) = sample.strip_prefix(name).filter(|rest| !rest.is_empty()) {
                    let inside = labels.strip_prefix('{').and_then(|l| l.strip_suffix('}'));
                    for label in inside.expect("braces").split(',') {
                        let (name, value) = label.split_once('=').expect("a label");
                        assert!(name.bytes().all(|b| b.is_ascii_lowercase()), "{line}");
                        assert!(value.len() >= 2 && value.starts_with('"'), "{line}");
                        assert!(value.ends_with('"'), "{line}");
                    }
                }
                samples.push((sample.to_owned(), value.parse().expect("a number")));
            }
        }
    }
    samples
}
