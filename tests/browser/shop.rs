//! The example `shop` as a process of its own, with its second service, both behind TLS.

use std::io::{self, BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use serde_json::Value;

use crate::driver::{Browser, Cookie};
use crate::tls::{Door, Proxy};

pub(crate) const USER: &str = "__Host-session";
pub(crate) const GUEST: &str = "__Host-session-guest";

const HOST: &str = "shop.example";

/// It ends with its value, and with the process of the tests however that ends.
pub(crate) struct Shop {
    keeper: Child,
    /// Behind the proxy.
    port: u16,
    orders_port: u16,
    front: Proxy,
    orders_front: Proxy,
    _data: tempfile::TempDir,
}

impl Shop {
    /// The shop, what it starts, and nobody else: one group.
    const KEEPER: &str = "\"$@\" & exec >/dev/null; read -r _; kill -KILL 0";

    #[track_caller]
    pub(crate) fn start(options: &[&str]) -> Self {
        let (front, orders_front) = (Door::reserve(), Door::reserve());
        let url = |door: &Door| format!("https://{HOST}:{}", door.port());
        let data = tempfile::tempdir().expect("a folder");
        let mut keeper = Command::new("sh")
            .args(["-c", Self::KEEPER, "sh"])
            .arg(&*PROGRAM)
            .args(["--port", "0", "--orders-port", "0"])
            .args(["--site", &url(&front), "--orders-site", &url(&orders_front), "--data"])
            .arg(data.path())
            .args(options)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut out = BufReader::new(keeper.stdout.take().expect("a pipe"));
        let mut port = || {
            let mut line = String::new();
            out.read_line(&mut line).expect("text");
            let port = line.trim_end().rsplit_once("port ").and_then(|(_, port)| port.parse().ok());
            port.unwrap_or_else(|| panic!("the shop ended before it told its port: {line:?}"))
        };
        let (port, orders_port) = (port(), port());
        thread::spawn(move || io::copy(&mut out, &mut io::sink()));
        let (front, orders_front) = (front.lead_to(port), orders_front.lead_to(orders_port));
        Self { keeper, port, orders_port, front, orders_front, _data: data }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.front.url(HOST, path)
    }

    pub(crate) fn orders_url(&self) -> String {
        self.orders_front.url(HOST, "/orders")
    }

    // ---- By a browser --------------------------------------------------------------------------

    /// Fills the form of the login page, which is there, and waits for the page that follows.
    #[track_caller]
    pub(crate) fn fill_login(&self, browser: &Browser, user: &str) {
        let password = match user {
            "ada" => "engine",
            "bob" => "builder",
            _ => "keeper",
        };
        browser.fill("#user", user);
        browser.fill("#password", password);
        browser.click("#log-in");
        assert_eq!(browser.text(".notice"), format!("Welcome, {user}."));
    }

    #[track_caller]
    pub(crate) fn log_in(&self, browser: &Browser, user: &str) {
        browser.goto(&self.url("/login?return_to=/account"));
        self.fill_login(browser, user);
    }

    /// Puts one of a product into the basket.
    #[track_caller]
    pub(crate) fn add(&self, browser: &Browser, product: u16) {
        browser.goto(&self.url("/"));
        browser.click(&format!("#add-{product}"));
        assert!(browser.text(".notice").ends_with("is in your basket."));
    }

    /// Who the shop takes the browser for.
    #[track_caller]
    pub(crate) fn who(&self, browser: &Browser) -> Option<String> {
        browser.goto(&self.url("/account"));
        browser.exists("#who").then(|| browser.text("#who"))
    }

    // ---- By a copied cookie, past the browser and the proxy -------------------------------------

    /// Who the shop takes the holder of `cookie` for.
    pub(crate) fn who_has(&self, cookie: &Cookie) -> Option<String> {
        who_of(&Self::get(self.port, "/account", cookie).1)
    }

    /// The same of the second service.
    pub(crate) fn who_orders_with(&self, cookie: &Cookie) -> Option<String> {
        who_of(&Self::get(self.orders_port, "/orders", cookie).1)
    }

    /// What the shop sets for the holder of `cookie`, if anything.
    pub(crate) fn renewal_of(&self, cookie: &Cookie) -> Option<String> {
        let [set] = &Self::get(self.port, "/account", cookie).0[..] else { return None };
        set.strip_prefix(&format!("{}=", cookie.name))?.split(';').next().map(str::to_owned)
    }

    /// The cookies that are set, and the page.
    fn get(port: u16, path: &str, cookie: &Cookie) -> (Vec<String>, String) {
        let agent = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false);
        let request =
            ureq::Agent::from(agent.build()).get(format!("http://127.0.0.1:{port}{path}"));
        let request = request.header("cookie", format!("{}={}", cookie.name, cookie.value));
        let mut answer = request.header("accept", "text/html").call().expect("an answer");
        let set = answer.headers().get_all("set-cookie").iter();
        let set = set.map(|value| value.to_str().expect("text").to_owned()).collect();
        (set, answer.body_mut().read_to_string().expect("a page"))
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn who_of(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("id=\"who\">")?;
    rest.split_once('<').map(|(who, _)| who.to_owned())
}

/// The cookies of the jar by name.
#[track_caller]
pub(crate) fn cookie(browser: &Browser, name: &str) -> Cookie {
    let jar = browser.cookies();
    let found = jar.iter().find(|cookie| cookie.name == name).cloned();
    found.unwrap_or_else(|| panic!("no {name} in {jar:?}"))
}

/// Cargo builds it once; a test target has a place for programs, and none for examples.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    // As the tests were built, or all would be built again.
    let features: &[&str] = match cfg!(feature = "paseto-v3") {
        true => &["--all-features"],
        false => &["--features", "axum,sqlite,pem"],
    };
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo says of this package to its tests: build scripts that look at it would run again.
    for (name, _) in std::env::vars_os() {
        let of_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
        if name.to_str().is_some_and(|name| of_package.iter().any(|some| name.starts_with(some))) {
            cargo.env_remove(&name);
        }
    }
    let built = cargo
        .args(["build", "--quiet", "--example", "shop", "--message-format", "json"])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo");
    assert!(built.status.success(), "the example `shop` does not build");
    let lines = built.stdout.split(|byte| *byte == b'\n');
    let told = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let program = told.filter(|line| line["target"]["name"] == "shop");
    let path = program.filter_map(|line| line["executable"].as_str().map(PathBuf::from)).next();
    path.expect("cargo names the program")
});
