//! The scripts in `examples/rotation` do what they say, run as a scheduler runs them.
#![cfg(unix)]
// These tests write and move files as an operator does.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use waxseal::keyring::{KeyState, NewRing};
use waxseal::time::{Clock, ManualClock};
use waxseal::{Issuer, Keys, PublicKeys, Revocations, Verifier};

const ISSUER: &str = "https://id.example";

const DAY: Duration = Duration::from_secs(86_400);

/// A ring, and a place to run scripts in.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        Self::made(Duration::ZERO)
    }

    /// A ring that was made `ago`, on a volume as kubelet leaves it: its group may write the root.
    fn made(ago: Duration) -> Self {
        let bench = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(bench.path("volume")).expect("made");
        let writable = fs::Permissions::from_mode(0o2770);
        fs::set_permissions(bench.path("volume"), writable).expect("changed");
        let then = ManualClock::at(Clock::system().now().before(ago));
        let ring = NewRing::new(ISSUER).publish_to(bench.published()).clock(then.clock());
        ring.create(bench.ring()).expect("a ring");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn ring(&self) -> PathBuf {
        self.path("volume/keys")
    }

    fn published(&self) -> PathBuf {
        self.path("www-jwks.json")
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
    let ring = bench.ring();
    let rotate = || bench.script("rotate.sh", "").arg(&ring).output().expect("run");
    for _ in 0..3 {
        assert_eq!(done(rotate()), "", "nothing is due");
    }
    assert_eq!(
        (bench.state(1), bench.state(2), kids(&bench.published())),
        ("signing", "staged", 2)
    );
    let key = ring.join("key-0002.json");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("changed");
    let exposed = rotate();
    assert_eq!(exposed.status.code(), Some(77));
    let mail = String::from_utf8_lossy(&exposed.stdout).into_owned();
    assert!(mail.contains("was not rotated (exit 77)"), "{mail}");
}

#[test]
fn a_rotation_by_the_cron_script_is_in_every_published_place() {
    let bench = Bench::made(DAY * 31);
    assert_eq!((bench.state(1), kids(&bench.published())), ("signing", 2));
    done(bench.script("rotate.sh", "").arg(bench.ring()).output().expect("run"));
    assert_eq!((bench.state(1), bench.state(2), bench.state(3)), ("retired", "signing", "staged"));
    assert_eq!(kids(&bench.published()), 3);
    let own = fs::read(bench.ring().join("jwks.json")).expect("a set");
    assert_eq!(fs::read(bench.published()).expect("a set"), own);
}

#[test]
fn ten_hosts_that_run_the_cron_script_at_once_rotate_once() {
    let bench = Bench::made(DAY * 31);
    let ring = bench.ring();
    let start = || bench.script("rotate.sh", "").arg(&ring).spawn().expect("started");
    let hosts: Vec<_> = (0..10).map(|_| start()).collect();
    for mut host in hosts {
        assert!(host.wait().expect("ended").success());
    }
    assert_eq!((bench.state(2), bench.state(3), bench.state(4)), ("signing", "staged", "none"));
    assert_eq!(kids(&bench.published()), 3);
}

/// What the script needs of kubectl, and what kubelet does with it: `create --dry-run` reads files,
/// `apply` mounts them as a Secret or ConfigMap is mounted, 0644 behind a `..data` link that is
/// swapped. `KUBECTL_FAILS` is an API server that does not answer.
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
    [ -z "${KUBECTL_FAILS:-}" ] || { echo "kubectl: no answer" >&2; exit 1; }
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

/// Kubernetes, as far as the script knows it.
struct Cluster(Bench);

impl Cluster {
    /// One with a ring that was made `ago` and is not mounted yet.
    fn new(ago: Duration) -> Self {
        let bench = Bench::made(ago);
        let bin = bench.path("bin");
        fs::create_dir(&bin).expect("made");
        fs::write(bin.join("kubectl"), KUBECTL).expect("written");
        fs::set_permissions(bin.join("kubectl"), fs::Permissions::from_mode(0o755))
            .expect("changed");
        Self(bench)
    }

    fn script(&self, options: &str) -> Command {
        let mut script = self.0.script("kubernetes.sh", options);
        script.arg(self.0.ring()).args(["waxseal-ring", "waxseal-jwks"]);
        script
    }

    fn rotate(&self, options: &str) -> String {
        done(self.script(options).output().expect("run"))
    }

    /// Where login services find the ring.
    fn mounted(&self) -> PathBuf {
        self.0.path("waxseal-ring")
    }

    /// Where all others find the published set.
    fn jwks(&self) -> PathBuf {
        self.0.path("waxseal-jwks/jwks.json")
    }

    /// What stands in the ring's folder and behind both mounts.
    fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let places = [self.0.ring(), self.mounted(), self.0.path("waxseal-jwks")];
        let mut contents = Vec::new();
        for place in places {
            for entry in fs::read_dir(&place).expect("a folder") {
                let path = entry.expect("an entry").path();
                contents.push((path.clone(), fs::read(&path).unwrap_or_default()));
            }
        }
        contents.sort();
        contents
    }
}

fn waxseal(args: &[&str], ring: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waxseal"));
    command.args(args).arg("--keys").arg(ring).output().expect("run")
}

fn verifier(public: &PublicKeys) -> Verifier {
    let none = Revocations::none_because("a test");
    Verifier::new(public.clone(), ISSUER, "shop").revocations(none)
}

#[test]
fn the_kubernetes_script_mounts_the_ring_for_a_login_service_and_a_verifier() {
    let cluster = Cluster::new(Duration::ZERO);
    let ring = cluster.0.ring();
    // A writer that was killed left a secret behind: it must not be mounted.
    fs::write(ring.join(".key-0009.json.tmp-1-0"), "secret").expect("written");
    cluster.rotate("");
    let mounted = cluster.mounted();
    assert!(
        !fs::read_dir(&mounted).expect("mounted").any(|entry| {
            entry.expect("an entry").file_name().to_string_lossy().contains("tmp-1")
        })
    );

    let keys = Keys::open(&mounted).expect("a mounted ring");
    assert!(!keys.warnings().is_empty(), "everybody can read it: a warning on a mount, no error");
    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("an issuer");
    let public = PublicKeys::follow(cluster.jwks()).expect("public keys");
    let verifier = verifier(&public);
    let before = issuer.mint("ada", &7).expect("minted");
    assert!(verifier.verify::<u32>(&before).is_ok());

    let seen = keys.serial();
    cluster.rotate("");
    keys.reload().expect("a ring");
    assert_eq!(keys.serial(), seen, "nothing was due");
    done(waxseal(&["keys", "stage"], &ring));
    cluster.rotate("");
    keys.reload().expect("a ring");
    public.reload().expect("a set");
    assert!(keys.serial() > seen);
    assert_eq!((keys.keys().count(), kids(&cluster.jwks())), (3, 3));
    assert!(verifier.verify::<u32>(&issuer.mint("ada", &7).expect("minted")).is_ok());

    // The mount vanishes for a moment while kubelet is at work: the last good ring stays.
    let data = fs::read_link(mounted.join("..data")).expect("a link");
    fs::remove_file(mounted.join("..data")).expect("removed");
    assert!(keys.reload().is_err() && keys.health().fault.is_some());
    assert!(issuer.mint("ada", &7).is_ok());
    symlink(data, mounted.join("..data")).expect("linked");
    assert!(keys.reload().is_ok() && keys.health().fault.is_none());

    let refused = waxseal(&["keys", "tick"], &mounted);
    assert_eq!(refused.status.code(), Some(73), "the mount is no place to rotate in");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("run it where the ring is writable"), "{said}");
}

#[test]
fn the_kubernetes_script_promotes_a_key_under_services_that_run() {
    let cluster = Cluster::new(DAY * 31);
    // The services began before the rotation that is due.
    cluster.rotate("--dry-run");
    let keys = Keys::open(cluster.mounted()).expect("a mounted ring");
    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("an issuer");
    let public = PublicKeys::follow(cluster.jwks()).expect("public keys");
    let verifier = verifier(&public);
    let signer =
        || keys.keys().find(|(_, state, _)| *state == KeyState::Signing).map(|(number, ..)| number);
    let before = issuer.mint("ada", &7).expect("minted");
    assert_eq!(signer(), Some(1));

    cluster.rotate("");
    keys.reload().expect("a ring that is not ahead of this clock");
    assert_eq!((signer(), kids(&cluster.jwks())), (Some(2), 3));
    let after = issuer.mint("ada", &7).expect("minted");
    // Even a verifier that has not read the new set: key 2 was there for a month.
    assert!(verifier.verify::<u32>(&after).is_ok());
    public.reload().expect("a set");
    for token in [&before, &after] {
        assert!(verifier.verify::<u32>(token).is_ok());
    }
}

#[test]
fn no_key_is_promoted_while_the_cluster_cannot_be_told() {
    let cluster = Cluster::new(Duration::ZERO);
    cluster.rotate("");
    let before = cluster.contents();
    let failed = cluster.script("--at now+365d").env("KUBECTL_FAILS", "1").output().expect("run");
    assert_eq!(failed.status.code(), Some(1));
    assert!(cluster.contents() == before, "the ring and the mounts are as they were");
    assert_eq!((cluster.0.state(1), cluster.0.state(2)), ("signing", "staged"));
}

#[test]
fn a_ring_that_is_busy_reaches_the_cluster_all_the_same() {
    let cluster = Cluster::new(Duration::ZERO);
    let busy = "#!/bin/sh\n[ \"$2\" != tick ] || exit 75\n";
    let program = cluster.0.path("bin/busy");
    fs::write(&program, busy).expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("changed");
    done(cluster.script("").env("WAXSEAL", &program).output().expect("run"));
    assert!(Keys::read(cluster.mounted()).is_ok() && cluster.jwks().exists());
    fs::write(&program, busy.replace("75", "74")).expect("written");
    let failed = cluster.script("").env("WAXSEAL", &program).output().expect("run");
    assert_eq!(failed.status.code(), Some(74), "any other failure is one");
}

#[test]
fn on_a_volume_that_its_group_writes_the_ring_has_a_folder_of_its_own() {
    let cluster = Cluster::new(DAY * 31);
    let ring = cluster.0.ring();
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    cluster.rotate("");
    assert_eq!(mode(&cluster.0.path("volume")), 0o770);
    assert_eq!(mode(&ring), 0o700);
    for entry in fs::read_dir(&ring).expect("a folder") {
        let path = entry.expect("an entry").path();
        let wanted = if path.ends_with("jwks.json") { 0o644 } else { 0o600 };
        assert_eq!(mode(&path), wanted, "{}", path.display());
    }
    // Were it in the root, kubelet would leave it like this, and every run would fail.
    fs::set_permissions(&ring, fs::Permissions::from_mode(0o2770)).expect("changed");
    let failed = cluster.script("").output().expect("run");
    let said = String::from_utf8_lossy(&failed.stdout).into_owned();
    assert!(!failed.status.success() && said.contains("K007"), "{said}");
}
