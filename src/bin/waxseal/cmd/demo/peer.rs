//! A process of the demo, and the lines that are spoken with it: one JSON object each way.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use waxseal::VerifyError;

use crate::exit::{Code, Failure, of_refusal};

/// What is asked of a peer.
#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Ask {
    /// Log `subject` in for `audience`, with a token of that many minutes.
    LogIn { subject: String, audience: String, items: Vec<u32>, minutes: u64 },
    /// Log the session of `token` out.
    LogOut { token: String },
    /// Renew the session of `token`.
    Renew { token: String },
    /// Judge `token`.
    Verify { token: String },
    /// Read the keys again, as a running service does every few seconds.
    Reload,
    /// Let `seconds` pass.
    Wait { seconds: u64 },
}

/// What a peer answers.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<Vec<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) generation: Option<u64>,
    /// The time that the judgement took, or the logout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) micros: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<Refusal>,
}

/// Why a peer refused.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) reason: String,
    /// The exit code that the program has for it.
    pub(super) exit: u8,
}

impl From<&VerifyError> for Refusal {
    fn from(fault: &VerifyError) -> Self {
        Self {
            code: fault.code().into(),
            reason: fault.to_string(),
            exit: of_refusal(fault).number(),
        }
    }
}

impl Answer {
    pub(super) fn refused(fault: &VerifyError) -> Self {
        Self { refusal: Some(fault.into()), ..Self::default() }
    }
}

/// A running process of the demo; it ends when this is dropped.
pub(super) struct Peer {
    name: &'static str,
    process: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Why it ended, if it did by itself.
    complaint: Option<ChildStderr>,
}

/// A complaint is one line.
const COMPLAINT: u64 = 4096;

impl Peer {
    /// Starts this very program with the verb `verb`, the keys at `keys` and the list at `list`.
    pub(super) fn start(
        name: &'static str,
        verb: &str,
        keys: &Path,
        list: &Path,
    ) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|fault| died(name, &fault))?;
        let mut process = Command::new(program)
            .arg(verb)
            .arg(keys)
            .arg(list)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|fault| died(name, &fault))?;
        let (asks, answers) = (process.stdin.take(), process.stdout.take());
        let complaint = process.stderr.take();
        let answers = answers.ok_or_else(|| died(name, &"no standard output"))?;
        Ok(Self { name, process, asks, answers: BufReader::new(answers), complaint })
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(super) fn ask(&mut self, ask: &Ask) -> Result<Answer, Failure> {
        self.tell(ask)?;
        self.answer()?.ok_or_else(|| self.died(&"no answer"))
    }

    /// Asks without waiting for the answer.
    pub(super) fn tell(&mut self, ask: &Ask) -> Result<(), Failure> {
        self.write(ask).map_err(|fault| self.died(&fault))
    }

    fn write(&mut self, ask: &Ask) -> io::Result<()> {
        let line = serde_json::to_string(ask)?;
        let asks = self.asks.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(asks, "{line}")?;
        asks.flush()
    }

    /// The next answer; `None` if the process ended before it had said it whole.
    pub(super) fn answer(&mut self) -> Result<Option<Answer>, Failure> {
        self.read().map_err(|fault| self.died(&fault))
    }

    fn read(&mut self) -> io::Result<Option<Answer>> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if !line.ends_with('\n') {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }

    /// The end of the demo, since the process ended by itself: its own words, or else `fault`.
    pub(super) fn died(&mut self, fault: &dyn std::fmt::Display) -> Failure {
        let _ = self.process.kill();
        let mut words = Vec::new();
        if let Some(complaint) = self.complaint.take() {
            let _ = complaint.take(COMPLAINT).read_to_end(&mut words);
        }
        let words = String::from_utf8_lossy(&words);
        match words.lines().find_map(|line| line.strip_prefix("waxseal: ")) {
            Some(why) => died(self.name, &why),
            None => died(self.name, fault),
        }
    }

    /// Ends the process as `kill -9` does: it has no time to write anything more.
    pub(super) fn kill(&mut self) -> Result<(), Failure> {
        self.process.kill().map_err(|fault| died(self.name, &fault))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The end of its input is the end of the peer.
        self.asks = None;
        let _ = self.process.wait();
    }
}

fn died(name: &str, fault: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::CANNOT_WRITE, format!("the {name} process failed: {fault}"))
}

/// A peer's own side: answers every line of its standard input until that ends.
pub(super) fn serve<A: DeserializeOwned>(
    mut answer: impl FnMut(A) -> Result<Answer, Failure>,
) -> Result<Code, Failure> {
    let mut stdout = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let ask = serde_json::from_str(&line?)
            .map_err(|fault| Failure::new(Code::BAD_DATA, format!("not a question: {fault}")))?;
        let answer = serde_json::to_string(&answer(ask)?)
            .map_err(|fault| Failure::new(Code::BAD_DATA, fault.to_string()))?;
        writeln!(stdout, "{answer}")?;
        stdout.flush()?;
    }
    Ok(Code::DONE)
}
