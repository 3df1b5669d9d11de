//! A headless Chromium of a test's own, driven by WebDriver.

use std::fmt;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use waxseal::time::Stopwatch;

/// How long an element may take to appear; only a failure waits for so long.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(10);

/// Names lead to this machine, or nowhere: no test asks the network.
const RESOLVER: &str = "--host-resolver-rules=MAP shop.example 127.0.0.1, \
    MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost";

/// A browser with an empty profile, on one tab at a time. It ends with its value, and with the process
/// of the tests however that ends.
pub(crate) struct Browser {
    agent: ureq::Agent,
    /// The URL of the session.
    session: String,
    process: Process,
    /// All that they write.
    folder: tempfile::TempDir,
}

/// A cookie as the browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// With a dot before it: subdomains get the cookie too.
    pub(crate) domain: String,
    pub(crate) path: String,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    /// `None`: it was set without one.
    pub(crate) same_site: Option<String>,
    /// Seconds since 1970; `None` ends with the browser.
    pub(crate) expiry: Option<i64>,
}

impl Browser {
    /// `None`, visibly, where Chromium or its driver is missing. Under CI that is a failure.
    #[track_caller]
    pub(crate) fn start() -> Option<Self> {
        if let Some(missing) = ["chromedriver", "chromium"].into_iter().find(|name| !is_there(name))
        {
            assert!(std::env::var_os("CI").is_none(), "no {missing}, and CI must have one");
            // What is printed is shown for tests that fail only.
            let line = format!("skipped: no {missing}\n");
            let _ = io::stderr().write_all(line.as_bytes());
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let process = Process::start(folder.path());
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        let session = format!("http://127.0.0.1:{}/session", process.port);
        let mut browser = Self { agent: config.build().into(), session, process, folder };
        let opened = browser.post("", &browser.capabilities());
        let opened = opened.unwrap_or_else(|fault| panic!("a new session: {fault}"));
        browser.session = format!("{}/{}", browser.session, text(&opened["sessionId"]));
        Some(browser)
    }

    fn capabilities(&self) -> Value {
        let profile = format!("--user-data-dir={}/profile", self.folder.path().display());
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-proxy-server",
            "--window-size=1280,900",
            RESOLVER,
            &profile,
        ];
        let timeouts = json!({"implicit": 0, "pageLoad": 30_000, "script": 30_000});
        json!({"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": true,
            "timeouts": timeouts,
            "goog:chromeOptions": {"args": args},
        }}})
    }

    // ---- Pages ---------------------------------------------------------------------------------

    /// Until it is loaded.
    #[track_caller]
    pub(crate) fn goto(&self, url: &str) {
        self.done("goto", url, self.post("/url", &json!({"url": url})));
    }

    #[track_caller]
    pub(crate) fn url(&self) -> String {
        text(&self.done("url", "", self.get("/url")))
    }

    #[track_caller]
    pub(crate) fn title(&self) -> String {
        text(&self.done("title", "", self.get("/title")))
    }

    #[track_caller]
    pub(crate) fn source(&self) -> String {
        text(&self.done("source", "", self.get("/source")))
    }

    // ---- Elements: the first that fits, waited for ---------------------------------------------

    /// What a user sees of it.
    #[track_caller]
    pub(crate) fn text(&self, css: &str) -> String {
        text(&self.of_element("text", css, |element| self.get(&format!("{element}/text"))))
    }

    /// What it leads to may come later: wait for something that only the next page has.
    #[track_caller]
    pub(crate) fn click(&self, css: &str) {
        self.of_element("click", css, |element| self.post(&format!("{element}/click"), &json!({})));
    }

    /// Instead of what was there.
    #[track_caller]
    pub(crate) fn fill(&self, css: &str, text: &str) {
        self.of_element("fill", css, |element| {
            self.post(&format!("{element}/clear"), &json!({}))?;
            self.post(&format!("{element}/value"), &json!({"text": text}))
        });
    }

    /// Now, without waiting.
    #[track_caller]
    pub(crate) fn exists(&self, css: &str) -> bool {
        match self.element(css) {
            Err(fault) if fault.code == "no such element" => false,
            found => !self.done("exists", css, found).is_empty(),
        }
    }

    fn element(&self, css: &str) -> Result<String, Fault> {
        let found = self.post("/element", &json!({"using": "css selector", "value": css}))?;
        // The key is the same for every element of every driver; WebDriver, section 12.
        Ok(format!("/element/{}", text(&found["element-6066-11e4-a52e-4f735466cecf"])))
    }

    /// Again while the page is on its way.
    #[track_caller]
    fn of_element<F>(&self, what: &str, css: &str, act: F) -> Value
    where
        F: Fn(&str) -> Result<Value, Fault>,
    {
        let begun = Stopwatch::start();
        loop {
            match self.element(css).and_then(|element| act(&element)) {
                Err(fault) if fault.may_pass() && begun.elapsed() < PATIENCE => thread::sleep(POLL),
                result => return self.done(what, css, result),
            }
        }
    }

    /// Asks until it is so.
    #[track_caller]
    pub(crate) fn wait_until<F>(&self, what: &str, most: Duration, is_so: F)
    where
        F: Fn(&Self) -> bool,
    {
        let begun = Stopwatch::start();
        while !is_so(self) {
            assert!(begun.elapsed() < most, "never: {what}; {}", self.place());
            thread::sleep(POLL);
        }
    }

    // ---- Scripts -------------------------------------------------------------------------------

    /// What the body of a function returns, in the page.
    #[track_caller]
    pub(crate) fn run(&self, body: &str) -> Value {
        let request = json!({"script": body, "args": []});
        self.done("run", body, self.post("/execute/sync", &request))
    }

    /// The same of an async function, once it is there.
    #[track_caller]
    pub(crate) fn run_async(&self, body: &str) -> Value {
        self.run(&format!("return (async () => {{ {body} }})()"))
    }

    // ---- Tabs ----------------------------------------------------------------------------------

    /// Its handle; the tab before it stays in front.
    #[track_caller]
    pub(crate) fn new_tab(&self) -> String {
        let opened = self.done("new_tab", "", self.post("/window/new", &json!({"type": "tab"})));
        text(&opened["handle"])
    }

    #[track_caller]
    pub(crate) fn switch_to(&self, tab: &str) {
        self.done("switch_to", tab, self.post("/window", &json!({"handle": tab})));
    }

    #[track_caller]
    pub(crate) fn tabs(&self) -> Vec<String> {
        let handles = self.done("tabs", "", self.get("/window/handles"));
        handles.as_array().expect("a list").iter().map(text).collect()
    }

    // ---- Cookies: by the DevTools, as WebDriver shows those of the page in front only ----------

    /// The whole jar, of every site.
    #[track_caller]
    pub(crate) fn cookies(&self) -> Vec<Cookie> {
        let jar = self.devtools("Storage.getCookies", &json!({}));
        jar["cookies"].as_array().expect("a list").iter().map(Cookie::read).collect()
    }

    /// Into the jar past every server, so not all rules for `Set-Cookie` hold.
    #[track_caller]
    pub(crate) fn set_cookie(&self, cookie: &Cookie) {
        let set = self.devtools("Network.setCookie", &cookie.written());
        assert_eq!(set["success"], true, "the browser refuses {cookie:?}");
    }

    /// Of every site and path.
    #[track_caller]
    pub(crate) fn delete_cookie(&self, name: &str) {
        for Cookie { name, domain, path, .. } in self.cookies().iter().filter(|c| c.name == name) {
            let which = json!({"name": name, "domain": domain, "path": path});
            self.devtools("Network.deleteCookies", &which);
        }
    }

    #[track_caller]
    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let request = json!({"cmd": command, "params": parameters});
        self.done(command, "", self.post("/goog/cdp/execute", &request))
    }

    // ---- Screenshots ---------------------------------------------------------------------------

    /// As on a screen of that size; a window cannot be so narrow.
    #[track_caller]
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// `dark` or `light`.
    #[track_caller]
    pub(crate) fn prefer(&self, scheme: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.devtools("Emulation.setEmulatedMedia", &json!({"features": [feature]}));
    }

    /// A PNG of what the window shows.
    #[track_caller]
    pub(crate) fn screenshot(&self, path: &Path) {
        let picture = self.done("screenshot", "", self.get("/screenshot"));
        let bytes = STANDARD.decode(text(&picture)).expect("base64");
        fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// A screenshot of that name in the folder that `WAXSEAL_SCREENSHOTS` names, if it does. A test
    /// that fails leaves one by itself.
    #[track_caller]
    pub(crate) fn keep(&self, name: &str) {
        if let Some(folder) = std::env::var_os("WAXSEAL_SCREENSHOTS") {
            fs::create_dir_all(&folder).expect("a folder");
            self.screenshot(&Path::new(&folder).join(format!("{name}.png")));
        }
    }

    // ---- WebDriver -----------------------------------------------------------------------------

    fn get(&self, path: &str) -> Result<Value, Fault> {
        Fault::sort_out(self.agent.get(format!("{}{path}", self.session)).call())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        let request = self.agent.post(format!("{}{path}", self.session));
        let request = request.header("content-type", "application/json");
        Fault::sort_out(request.send(body.to_string()))
    }

    #[track_caller]
    fn done<T>(&self, what: &str, of: &str, result: Result<T, Fault>) -> T {
        match result {
            Ok(value) => value,
            Err(fault) => panic!("{what} {of:?}: {fault}; {}", self.place()),
        }
    }

    fn place(&self) -> String {
        let told = |path| self.get(path).map_or_else(|fault| fault.to_string(), |v| text(&v));
        let source: String = told("/source").chars().take(600).collect();
        format!("at {}, which is {source}", told("/url"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if thread::panicking() && std::env::var_os("WAXSEAL_SCREENSHOTS").is_some() {
            let test = thread::current().name().unwrap_or("test").replace("::", "-");
            // A second panic would abort before the first is told.
            let kept = std::panic::AssertUnwindSafe(|| self.keep(&format!("failed-{test}")));
            let _ = std::panic::catch_unwind(kept);
        }
        self.process.end();
        // What was killed may still be creating its last file.
        for _ in 0..50 {
            match fs::remove_dir_all(self.folder.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => thread::sleep(POLL),
                _ => break,
            }
        }
    }
}

impl Cookie {
    fn read(told: &Value) -> Self {
        let flag = |name: &str| told[name].as_bool().expect("a flag");
        let expires = told["expires"].as_f64().filter(|seconds| *seconds >= 0.0);
        Self {
            name: text(&told["name"]),
            value: text(&told["value"]),
            domain: text(&told["domain"]),
            path: text(&told["path"]),
            secure: flag("secure"),
            http_only: flag("httpOnly"),
            same_site: told["sameSite"].as_str().map(str::to_owned),
            expiry: expires.map(|seconds| seconds as i64),
        }
    }

    fn written(&self) -> Value {
        let scheme = if self.secure { "https" } else { "http" };
        let host = self.domain.trim_start_matches('.');
        let mut written = json!({
            "url": format!("{scheme}://{host}/"),
            "name": self.name,
            "value": self.value,
            "path": self.path,
            "secure": self.secure,
            "httpOnly": self.http_only,
        });
        // Named at all, the domain has its subdomains with it.
        if self.domain.starts_with('.') {
            written["domain"] = self.domain.as_str().into();
        }
        if let Some(same_site) = &self.same_site {
            written["sameSite"] = same_site.as_str().into();
        }
        if let Some(expiry) = self.expiry {
            written["expires"] = expiry.into();
        }
        written
    }
}

/// What the driver says that went wrong.
struct Fault {
    code: String,
    message: String,
}

impl Fault {
    fn sort_out(
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, Self> {
        let lost =
            |error: ureq::Error| Self { code: "no answer".into(), message: error.to_string() };
        let body = answer.map_err(lost)?.into_body().with_config().limit(64 << 20).read_to_string();
        let mut answer: Value = serde_json::from_str(&body.map_err(lost)?).expect("JSON");
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(code) if value.get("stacktrace").is_some() => {
                let message = text(&value["message"]);
                let message = message.lines().next().unwrap_or_default().into();
                Err(Self { code: code.into(), message })
            }
            _ => Ok(value),
        }
    }

    fn may_pass(&self) -> bool {
        let passing = [
            "no such element",
            "stale element reference",
            "element not interactable",
            "element click intercepted",
        ];
        passing.contains(&self.code.as_str())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

/// A `chromedriver` and what it starts: one group, which is killed when a pipe from here is closed.
/// The driver alone would leave its browser behind.
struct Process {
    keeper: Child,
    port: u16,
}

impl Process {
    const KEEPER: &str = "chromedriver --port=0 2>&1 & exec >/dev/null; read -r _; kill -KILL 0";

    /// It takes a free port of IPv6 and wants the same one of IPv4, which a listener of another test may
    /// have by then: it ends, and is started again.
    #[track_caller]
    fn start(folder: &Path) -> Self {
        let mut told = String::new();
        for _ in 0..20 {
            match Self::try_start(folder) {
                Ok(process) => return process,
                Err(lines) => told = lines,
            }
            if !told.contains("port not available") {
                break;
            }
        }
        panic!("chromedriver ended before it told its port:\n{told}");
    }

    /// # Errors
    /// What the driver said before it ended.
    fn try_start(folder: &Path) -> Result<Self, String> {
        let keeper = Command::new("sh")
            .args(["-c", Self::KEEPER])
            .process_group(0)
            .env("TMPDIR", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let mut started = Self { keeper, port: 0 };
        let mut out = BufReader::new(started.keeper.stdout.take().expect("a pipe"));
        let mut told = String::new();
        for line in out.by_ref().lines().map_while(Result::ok) {
            if let Some(port) = port_of(&line) {
                // Nobody may wait for a full pipe.
                thread::spawn(move || io::copy(&mut out, &mut io::sink()));
                started.port = port;
                return Ok(started);
            }
            told += &line;
            told += "\n";
        }
        started.end();
        Err(told)
    }

    fn end(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Of "ChromeDriver was started successfully on port 1234."
fn port_of(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

fn is_there(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
