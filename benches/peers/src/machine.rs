//! What the figures were measured on and with, for the line under the tables.

use std::process::Command;
use std::time::Duration;

use chrono::Utc;

/// The crates whose versions matter to the figures.
const CRATES: [&str; 20] = [
    "aws-lc-rs",
    "biscuit-auth",
    "cookie",
    "ed25519-compact",
    "ed25519-dalek",
    "hmac",
    "jsonwebtoken",
    "jwt-compact",
    "jwt-simple",
    "orion",
    "p256",
    "pasetors",
    "ring",
    "rusty_paseto",
    "serde_json",
    "sha2",
    "aes-gcm",
    "hmac-sha256",
    "superboring",
    "waxseal",
];

/// Date, processor, load, compiler and versions.
pub fn describe(rounds: usize, slice: Duration) -> String {
    let date = Utc::now().format("%Y-%m-%d");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (processor, load, compiler) = (processor(), load(), compiler());
    let slice = slice.as_millis();
    let mut versions: Vec<String> = versions();
    versions.sort();
    format!(
        "{date}; {arch}, {cores} cores, {processor}; load {load} at the end; {compiler}; median of \
         {rounds} interleaved rounds of {slice} ms.\n{versions}.",
        arch = std::env::consts::ARCH,
        versions = versions.join(", "),
    )
}

/// The versions that this was built of.
fn versions() -> Vec<String> {
    let lock = include_str!("../Cargo.lock");
    let packages = lock.split("[[package]]").filter_map(|package| {
        let member = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name))?;
            line.strip_prefix(" = \"")?.strip_suffix('"')
        };
        Some((member("name")?, member("version")?))
    });
    packages
        .filter(|(name, _)| CRATES.contains(name))
        .map(|(name, version)| format!("{name} {version}"))
        .collect()
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let text = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or_else(|| "unknown compiler".into(), |text| text.trim().into())
}

/// Its name, where the system says it: Linux. Without SHA instructions HMAC costs several times as
/// much, which lowers every ratio to it.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim());
    let name = name.unwrap_or("unknown processor");
    let has_sha = text.split_whitespace().any(|flag| flag == "sha_ni" || flag == "sha2");
    format!("{name} {} SHA instructions", if has_sha { "with" } else { "without" })
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").into()
}
