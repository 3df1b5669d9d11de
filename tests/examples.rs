//! The scripts in `examples/rotation` do what they say, run as a scheduler runs them.
#![cfg(unix)]
// These tests write and move files as an operator does.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use waxseal::keyring::{KeyState, NewRing};
use waxseal::{Issuer, Keys, PublicKeys, Revocations, Verifier};

const ISSUER: &str = "https://id.example";

/// A ring, and a place to run scripts in.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().expect("a folder"));
        NewRing::new(ISSUER).create(bench.ring()).expect("a ring");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn ring(&self) -> PathBuf {
        self.path("ring")
    }

    fn script(&self, name: &str, options: &str) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/rotation").join(name);
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("sh");
        command
            .arg(script)
            .env("WAXSEAL", env!("CARGO_BIN_EXE_waxseal"))
            .env("TICK_OPTIONS", options)
            .env("MOUNTS", self.0.path())
            .env("PATH", format!("{}:{path}", self.path("bin").display()));
        command
    }

    fn state(&self, seq: u32) -> &'static str {
        let keys = Keys::read(self.ring()).expect("a ring");
        let far = waxseal::time::Timestamp::EPOCH;
        let state = keys.keys().find(|(number, ..)| *number == seq).map(|(_, state, _)| state);
        state.map_or("none", |state: KeyState| state.name(far))
    }
}

fn done(output: Output) -> String {
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "{}: {out}{err}", output.status);
    out + &err
}

fn kids(path: &Path) -> usize {
    let set: Value = serde_json::from_slice(&fs::read(path).expect("a set")).expect("JSON");
    set["keys"].as_array().expect("keys").len()
}

#[test]
fn the_cron_script_says_nothing_until_there_is_something_to_say() {
    let bench = Bench::new();
    let (ring, published) = (bench.ring(), bench.path("jwks.json"));
    let rotate =
        |options: &str| bench.script("rotate.sh", options).arg(&ring).arg(&published).output();
    for _ in 0..3 {
        assert_eq!(done(rotate("").expect("run")), "", "nothing is due");
    }
    assert_eq!((bench.state(1), bench.state(2), kids(&published)), ("signing", "staged", 2));

    done(rotate("--at now+31d").expect("run"));
    assert_eq!((bench.state(1), bench.state(2), bench.state(3)), ("retired", "signing", "staged"));
    let key = ring.join("key-0003.json");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("changed");
    let exposed = rotate("").expect("run");
    assert_eq!(exposed.status.code(), Some(77));
    let mail = String::from_utf8_lossy(&exposed.stdout).into_owned();
    assert!(mail.contains("was not rotated (exit 77)"), "{mail}");
}

#[test]
fn ten_hosts_that_run_the_cron_script_at_once_rotate_once() {
    let bench = Bench::new();
    let ring = bench.ring();
    let start = || bench.script("rotate.sh", "--at now+31d").arg(&ring).spawn().expect("started");
    let hosts: Vec<_> = (0..10).map(|_| start()).collect();
    for mut host in hosts {
        assert!(host.wait().expect("ended").success());
    }
    assert_eq!((bench.state(2), bench.state(3), bench.state(4)), ("signing", "staged", "none"));
}

/// What the script needs of kubectl, and what kubelet does with it: `create --dry-run` reads files,
/// `apply` mounts them as a Secret or ConfigMap is mounted, 0644 behind a `..data` link that is
/// swapped.
const KUBECTL: &str = r#"#!/bin/sh
set -eu
case $1 in
create)
    shift
    case $1 in secret) name=$3; shift 3;; configmap) name=$2; shift 2;; esac
    echo "$name"
    for word in "$@"; do
        case $word in
        --from-file=*=*) word=${word#--from-file=}; echo "${word%%=*} ${word#*=}";;
        --from-file=*) word=${word#--from-file=}; echo "${word##*/} $word";;
        --dry-run=client | --output=json) ;;
        *) echo "kubectl: $word?" >&2; exit 1;;
        esac
    done ;;
apply)
    [ "$2 $3 $4" = "--server-side --force-conflicts --filename=-" ]
    read -r name
    mount=$MOUNTS/$name; version=..$(date +%s%N); mkdir -p "$mount/$version"
    while read -r file from; do
        cp "$from" "$mount/$version/$file"; chmod 644 "$mount/$version/$file"
        [ -e "$mount/$file" ] || ln -s "..data/$file" "$mount/$file"
    done
    old=$(readlink "$mount/..data" || true)
    ln -s "$version" "$mount/..data_tmp"; mv -T "$mount/..data_tmp" "$mount/..data"
    [ -z "$old" ] || rm -r "$mount/$old" ;;
esac
"#;

#[test]
fn the_kubernetes_script_rotates_under_a_login_service_and_a_verifier() {
    let bench = Bench::new();
    let bin = bench.path("bin");
    fs::create_dir(&bin).expect("made");
    fs::write(bin.join("kubectl"), KUBECTL).expect("written");
    fs::set_permissions(bin.join("kubectl"), fs::Permissions::from_mode(0o755)).expect("changed");
    let rotate = |options: &str| {
        let (secret, configmap) = ("waxseal-ring", "waxseal-jwks");
        let mut script = bench.script("kubernetes.sh", options);
        done(script.arg(bench.ring()).args([secret, configmap]).output().expect("run"))
    };
    // A writer that was killed left a secret behind: it must not be mounted.
    fs::write(bench.ring().join(".key-0009.json.tmp-1-0"), "secret").expect("written");
    rotate("");
    let mounted = bench.path("waxseal-ring");
    assert!(
        !fs::read_dir(&mounted).expect("mounted").any(|entry| {
            entry.expect("an entry").file_name().to_string_lossy().contains("tmp-1")
        })
    );

    let keys = Keys::open(&mounted).expect("a mounted ring");
    assert!(!keys.warnings().is_empty(), "everybody can read it: a warning on a mount, no error");
    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("an issuer");
    let public = PublicKeys::follow(bench.path("waxseal-jwks/jwks.json")).expect("public keys");
    let none = Revocations::none_because("a test");
    let verifier = Verifier::new(public.clone(), ISSUER, "shop").revocations(none);
    let before = issuer.mint("ada", &7).expect("minted");
    assert!(verifier.verify::<u32>(&before).is_ok());

    // In a past month, so that the ring is not ahead of the service's clock.
    let seen = keys.serial();
    rotate("--at now");
    keys.reload().expect("a ring");
    assert_eq!(keys.serial(), seen, "nothing was due");
    let staged = Command::new(env!("CARGO_BIN_EXE_waxseal"))
        .args(["keys", "stage", "--keys"])
        .arg(bench.ring())
        .output();
    done(staged.expect("run"));
    rotate("");
    keys.reload().expect("a ring");
    public.reload().expect("a set");
    assert!(keys.serial() > seen);
    assert_eq!(keys.keys().count(), 3);
    assert!(verifier.verify::<u32>(&issuer.mint("ada", &7).expect("minted")).is_ok());

    // The mount vanishes for a moment while kubelet is at work: the last good ring stays.
    let data = fs::read_link(mounted.join("..data")).expect("a link");
    fs::remove_file(mounted.join("..data")).expect("removed");
    assert!(keys.reload().is_err() && keys.health().fault.is_some());
    assert!(issuer.mint("ada", &7).is_ok());
    symlink(data, mounted.join("..data")).expect("linked");
    assert!(keys.reload().is_ok() && keys.health().fault.is_none());

    let refused = Command::new(env!("CARGO_BIN_EXE_waxseal"))
        .args(["keys", "tick", "--keys"])
        .arg(&mounted)
        .output()
        .expect("run");
    assert_eq!(refused.status.code(), Some(73), "the mount is no place to rotate in");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("run it where the ring is writable"), "{said}");
}
