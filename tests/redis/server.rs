//! A `redis-server` of a test's own, and a line to it that can be cut.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::eventually;

/// The folder of a server, and the process while it runs.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    pub(crate) port: u16,
    options: Vec<String>,
    process: Option<Child>,
}

impl Server {
    /// Starts one that keeps nothing on the disk; `None`, visibly, where there is no program of that
    /// name. Under CI that is a failure.
    pub(crate) fn start(options: &[&str]) -> Option<Self> {
        let found = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
        if found.is_err() {
            assert!(std::env::var_os("CI").is_none(), "no redis-server, and CI must have one");
            // What is printed is shown for tests that fail only.
            let line = b"skipped: no redis-server\n";
            let _ = std::io::Write::write_all(&mut std::io::stderr(), line);
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Self { folder, port: free_port(), options, process: None };
        server.run();
        Some(server)
    }

    pub(crate) fn run(&mut self) {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"])
            .arg(self.port.to_string())
            .arg("--dir")
            .arg(self.folder.path())
            .args(&self.options)
            .stdout(Stdio::null())
            .spawn()
            .expect("a server");
        self.process = Some(process);
        eventually("the server answers", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("killed");
            process.wait().expect("ended");
        }
    }

    /// SIGSTOP: it takes connections, and answers nothing.
    pub(crate) fn stop(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().expect("a process").id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill").success());
    }

    pub(crate) fn url(&self) -> String {
        url(self.port)
    }

    /// What the server says to `words`.
    pub(crate) fn ask(&self, words: &[&str]) -> redis::Value {
        let client = redis::Client::open(self.url()).expect("a client");
        let mut connection = client.get_connection().expect("a connection");
        let (command, arguments) = words.split_first().expect("a command");
        redis::cmd(command).arg(arguments).query(&mut connection).expect("an answer")
    }

    /// Sends a whole transaction.
    pub(crate) fn ask_all(&self, commands: &redis::Pipeline) {
        let client = redis::Client::open(self.url()).expect("a client");
        let mut connection = client.get_connection().expect("a connection");
        let _: redis::Value = commands.query(&mut connection).expect("an answer");
    }

    /// A number that the server tells.
    pub(crate) fn number(&self, words: &[&str]) -> i64 {
        redis::from_redis_value(self.ask(words)).expect("a number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn url(port: u16) -> String {
    format!("redis://127.0.0.1:{port}/0")
}

fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a socket");
    socket.local_addr().expect("an address").port()
}

/// A line to a server, which a test can cut: nothing comes through then, and nobody is told.
pub(crate) struct Link {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    target: AtomicU16,
    is_cut: AtomicBool,
    /// Rises with every cut: older connections are dead from then on.
    age: AtomicU64,
    held: Mutex<Vec<TcpStream>>,
}

impl Link {
    pub(crate) fn to(target: u16) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let port = socket.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            target: AtomicU16::new(target),
            is_cut: AtomicBool::new(false),
            age: AtomicU64::new(0),
            held: Mutex::default(),
        });
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for near in socket.incoming().flatten() {
                if of_thread.is_cut.load(Ordering::SeqCst) {
                    of_thread.held.lock().expect("a lock").push(near);
                    continue;
                }
                let target = of_thread.target.load(Ordering::SeqCst);
                let Ok(far) = TcpStream::connect(("127.0.0.1", target)) else {
                    continue;
                };
                let ways = [(&near, &far), (&far, &near)];
                for (from, to) in ways.map(|(a, b)| (a.try_clone(), b.try_clone())) {
                    let (from, to) = (from.expect("a socket"), to.expect("a socket"));
                    let shared = Arc::clone(&of_thread);
                    std::thread::spawn(move || forward(from, to, &shared));
                }
            }
        });
        Self { port, shared }
    }

    pub(crate) fn cut(&self) {
        self.shared.is_cut.store(true, Ordering::SeqCst);
        self.shared.age.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn heal(&self) {
        self.shared.is_cut.store(false, Ordering::SeqCst);
        self.shared.held.lock().expect("a lock").clear();
    }

    pub(crate) fn lead_to(&self, target: u16) {
        self.shared.target.store(target, Ordering::SeqCst);
    }

    pub(crate) fn url(&self) -> String {
        url(self.port)
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, shared: &Shared) {
    let age = shared.age.load(Ordering::SeqCst);
    let is_alive = || shared.age.load(Ordering::SeqCst) == age;
    from.set_read_timeout(Some(Duration::from_millis(10))).expect("a timeout");
    let mut bytes = [0; 65_536];
    while is_alive() {
        match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(length) if is_alive() && to.write_all(&bytes[..length]).is_err() => break,
            Err(fault) if fault.kind() != std::io::ErrorKind::WouldBlock => break,
            _ => {}
        }
    }
    // Cut: both ends believe in it until the line is healed.
    while shared.is_cut.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
