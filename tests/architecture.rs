//! The architecture, enforced: which room may import which, which room a
//! foreign crate may enter, and how long a file may grow.
//!
//! A *room* is a top-level module: `src/x.rs`, or the folder `src/x/`. Every
//! room stands on a floor and imports only from lower floors. `lib.rs` is the
//! front door and may name every room. `bin` is the program: a client of the
//! public API like any other. `manual` is documentation and holds no code.

use std::{collections::BTreeSet, fmt, fs, path::Path};

use syn::buffer::{Cursor, TokenBuffer};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item, UseTree};

/// The library, as its users name it.
const LIBRARY: &str = "waxseal";

/// The rooms, by floor, from the ground up.
const FLOORS: &[&[&str]] = &[
    &[
        "time",
        "base64url",
        "json",
        "printable",
        "secret",
        "spread",
        "limits",
        "durable",
        "fetch",
        "draws",
    ],
    &["crypto", "follow", "db"],
    &["key", "claims"],
    &["token"],
    &["keyring", "policy", "revocation", "jsonwebtoken"],
    &["jwt"],
    &["session"],
    &["http"],
];

/// The foreign crates that enter by one room only.
const DOORS: &[(&str, &str)] = &[
    ("arc_swap", "follow"),
    ("axum", "bin"),
    ("axum_core", "http"),
    ("base64", "base64url"),
    ("chrono", "time"),
    ("clap", "bin"),
    ("clap_complete", "bin"),
    ("clap_mangen", "bin"),
    ("cookie", "http"),
    ("ed25519_dalek", "crypto"),
    ("http", "http"),
    ("hyper", "bin"),
    ("hyper_util", "bin"),
    ("jsonwebtoken", "jsonwebtoken"),
    ("memchr", "token"),
    ("p384", "crypto"),
    ("pasetors", "crypto"),
    ("pkcs1", "key"),
    ("pkcs8", "key"),
    ("redis", "revocation"),
    ("ring", "crypto"),
    ("rusqlite", "db"),
    ("rustix", "time"),
    ("sec1", "key"),
    ("tokio", "http"),
    ("tower_layer", "http"),
    ("tower_service", "http"),
    ("ureq", "fetch"),
];

/// The foreign crates of a room that the program uses too.
const ALSO_IN_THE_PROGRAM: &[&str] = &["cookie", "tokio", "tower_service"];

/// The foreign crates that any room of the library may use.
const EVERYWHERE: &[&str] = &["serde", "serde_json", "subtle", "thiserror", "tracing", "zeroize"];

/// What the program may use besides the crates whose door is `bin`.
const PROGRAM: &[&str] = &["serde", "serde_json", "thiserror", "zeroize", LIBRARY];

/// What the program asks for a second opinion, in the folder of that name and nowhere else.
const SECOND_OPINIONS: &[&str] = &["jsonwebtoken", "pasetors"];
const SECOND_OPINION_FOLDER: &str = "src/bin/waxseal/second_opinion/";

/// Lines of code: the most a file may have, and what the median must stay under.
const LONGEST_FILE: usize = 400;
const MEDIAN_FILE: usize = 200;

/// The faults, each with what to do about it.
type Kind = &'static str;
const UNKNOWN_ROOM: Kind = "stands on no floor; give it a floor";
const UPWARD_IMPORT: Kind = "is on a higher floor; move what both rooms need down";
const SIBLING_IMPORT: Kind = "is on the same floor; move what both rooms need down";
const ROOT_IMPORT: Kind = "belongs to the crate root; import it from its room";
const KNOT: Kind = "import each other; untie one way";
const MANUAL_IMPORTED: Kind = "is documentation; link to it instead of importing it";
const MANUAL_HOLDS_CODE: Kind = "may hold only modules and docs; move the code to a room";
const LIBRARY_NAMES_PROGRAM: Kind = "is the program; move what the library needs into a room";
const LIBRARY_NAMES_ITSELF: Kind = "is the library's public name; use `crate::` and the room";
const DETOUR: Kind = "hides where code comes from; use a plain `mod` and `use`";
const WRONG_DOOR: Kind = "may not enter here; use what the room at its door makes of it";
const NO_DOOR: Kind = "is a foreign crate without a door; give it a door";
const STALE_DOOR: Kind = "has a door but is no dependency; remove the stale door";
const NOT_FOR_PROGRAM: Kind = "is not for the program; reach what it does through `waxseal`";
const LONG_FILE: Kind = "lines of code are too many for one file; split it";
const LONG_MEDIAN: Kind = "lines of code are too many for the median; split long files";

#[test]
fn the_real_tree_has_no_faults() {
    let tree = Tree::load(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(tree.files.iter().any(|(file, _)| file == "src/lib.rs"));
    let faults: Vec<String> = faults(&tree).iter().map(Fault::to_string).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

// ---- Faults ----------------------------------------------------------------

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    file: String,
    line: usize,
    subject: String,
    kind: Kind,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Fault { file, line, .. } = self;
        write!(f, "{file}:{line}: `{}` {}", self.subject, self.kind)
    }
}

fn fault(file: &str, line: usize, subject: &str, kind: Kind) -> Fault {
    Fault { file: file.into(), line, subject: subject.into(), kind }
}

/// The crate as text, so that a test can plant a fault without touching a disk.
struct Tree {
    files: Vec<(String, String)>,
    crates: Vec<String>,
}

fn faults(tree: &Tree) -> Vec<Fault> {
    let files = tree.files.iter();
    let read = files.map(|(file, text)| Source::read(file, text, &tree.crates));
    let sources: Vec<Source> = read.collect();
    let mut faults = stale_doors(&tree.crates);
    faults.extend(knots(&sources));
    faults.extend(long_median(&sources));
    faults.extend(sources.iter().flat_map(file_faults));
    faults.extend(path_faults(&sources));
    faults.sort();
    faults.dedup();
    faults
}

// ---- The rules -------------------------------------------------------------

fn file_faults(source: &Source) -> Vec<Fault> {
    let (room, lines) = (source.room(), source.lines_of_code());
    let whole = |subject: &str, kind| fault(source.file, 1, subject, kind);
    let mut faults = Vec::new();
    if floor(room).is_none() && !["lib", "bin", "manual"].contains(&room) {
        faults.push(whole(room, UNKNOWN_ROOM));
    }
    if room == "manual" && holds_code(&source.items) {
        faults.push(whole(room, MANUAL_HOLDS_CODE));
    }
    if lines > LONGEST_FILE {
        faults.push(whole(&lines.to_string(), LONG_FILE));
    }
    let detours = source.detours.iter();
    faults.extend(detours.map(|detour| source.fault(detour, DETOUR)));
    faults
}

fn path_faults(sources: &[Source]) -> Vec<Fault> {
    let rooms: BTreeSet<&str> = sources.iter().map(Source::room).collect();
    let test_modules: Vec<_> = sources.iter().flat_map(|s| &s.test_modules).collect();
    let mut faults = Vec::new();
    for source in sources {
        let test_file = test_modules.iter().any(|m| source.module.starts_with(m));
        for import in &source.imports {
            let kind = import_fault(source.room(), &import.name, &rooms);
            faults.extend(kind.map(|kind| source.fault(&import.spelled, kind)));
        }
        for foreign in &source.foreign {
            let asked = SECOND_OPINIONS.contains(&foreign.name.as_str());
            if asked && source.file.starts_with(SECOND_OPINION_FOLDER) {
                continue;
            }
            let in_test = foreign.in_test || test_file;
            let kind = door_fault(source.room(), &foreign.name, in_test);
            faults.extend(kind.map(|kind| source.fault(&foreign.spelled, kind)));
        }
    }
    faults
}

fn import_fault(from: &str, to: &str, rooms: &BTreeSet<&str>) -> Option<Kind> {
    match (from, to) {
        ("bin", _) => None,
        (_, "bin") => Some(LIBRARY_NAMES_PROGRAM),
        ("lib", _) => None,
        _ if from == to => None,
        (_, "manual") => Some(MANUAL_IMPORTED),
        _ => match (floor(from), floor(to)) {
            // A room without a floor is reported once, not at every import.
            (_, None) => (!rooms.contains(to)).then_some(ROOT_IMPORT),
            (Some(from), Some(to)) if from < to => Some(UPWARD_IMPORT),
            (Some(from), Some(to)) if from == to => Some(SIBLING_IMPORT),
            _ => None,
        },
    }
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn door_fault(room: &str, name: &str, in_test: bool) -> Option<Kind> {
    if name == LIBRARY {
        return (room != "bin").then_some(LIBRARY_NAMES_ITSELF);
    }
    match DOORS.iter().find(|(known, _)| *known == name) {
        _ if in_test => None,
        Some((known, _)) if room == "bin" && ALSO_IN_THE_PROGRAM.contains(known) => None,
        Some((_, door)) => (*door != room).then_some(WRONG_DOOR),
        None if !EVERYWHERE.contains(&name) => Some(NO_DOOR),
        None => (room == "bin" && !PROGRAM.contains(&name)).then_some(NOT_FOR_PROGRAM),
    }
}

fn stale_doors(crates: &[String]) -> Vec<Fault> {
    let names = DOORS.iter().map(|(name, _)| *name);
    let stale = names.filter(|name| !crates.iter().any(|known| known == name));
    let report = |name| fault("Cargo.toml", 1, name, STALE_DOOR);
    stale.map(report).collect()
}

/// The floors forbid one half of every knot; this names both.
fn knots(sources: &[Source]) -> Vec<Fault> {
    let mut imports = BTreeSet::new();
    for source in sources {
        let names = source.imports.iter().map(|import| import.name.as_str());
        imports.extend(names.map(|name| (source.room(), name)));
    }
    let is_knot = |(a, b): &&(&str, &str)| a < b && imports.contains(&(*b, *a));
    let report = |(a, b): &(&str, &str)| fault("src", 1, &format!("{a}, {b}"), KNOT);
    imports.iter().filter(is_knot).map(report).collect()
}

fn long_median(sources: &[Source]) -> Option<Fault> {
    let mut lengths: Vec<usize> = sources.iter().map(Source::lines_of_code).collect();
    lengths.sort_unstable();
    let median = *lengths.get(lengths.len() / 2)?;
    (median >= MEDIAN_FILE).then(|| fault("src", 1, &median.to_string(), LONG_MEDIAN))
}

fn holds_code(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Mod(module) => module.content.as_ref().is_some_and(|(_, i)| holds_code(i)),
        _ => true,
    })
}

// ---- Reading a file --------------------------------------------------------

/// A file, what was found in it, and while it is read: where the reader is.
#[derive(Default)]
struct Source<'a> {
    file: &'a str,
    text: &'a str,
    crates: &'a [String],
    module: Vec<String>,
    in_test: bool,
    items: Vec<Item>,
    imports: Vec<Mention>,
    foreign: Vec<Mention>,
    test_modules: Vec<Vec<String>>,
    detours: Vec<&'static str>,
}

/// A path in the code to a name in the crate's root (empty for the root
/// itself), or to a foreign crate.
struct Mention {
    name: String,
    spelled: String,
    in_test: bool,
}

impl<'a> Source<'a> {
    fn read(file: &'a str, text: &'a str, crates: &'a [String]) -> Self {
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut source = Source {
            file,
            text,
            crates,
            module: module_path(file),
            in_test: is_test(&syntax.attrs),
            ..Source::default()
        };
        source.visit_file(&syntax);
        source.items = syntax.items;
        source
    }

    fn room(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    fn fault(&self, subject: &str, kind: Kind) -> Fault {
        fault(self.file, self.line_of(subject), subject, kind)
    }

    /// Neither blank nor comment, and before the test modules at the end.
    fn lines_of_code(&self) -> usize {
        let is_test_mod = |i: &&Item| matches!(i, Item::Mod(m) if is_test(&m.attrs));
        let test_mods = self.items.iter().rev().take_while(is_test_mod).count();
        let mut lines: Vec<&str> = self.text.lines().collect();
        for _ in 0..test_mods {
            let start = lines.iter().rposition(|line| *line == "#[cfg(test)]");
            lines.truncate(start.unwrap_or(lines.len()));
        }
        let mut in_comment = false;
        let is_code = |line: &&&str| {
            let opens = in_comment || line.trim_start().starts_with("/*");
            in_comment = opens && !line.contains("*/");
            !opens && !is_comment(line) && !line.trim().is_empty()
        };
        lines.iter().filter(is_code).count()
    }

    /// The first line that spells the path, else its last word, as a group
    /// does. A search, because syn by itself keeps no line numbers.
    fn line_of(&self, path: &str) -> usize {
        let path = path.trim_end_matches("::*");
        let last = path.rsplit("::").next().unwrap_or(path);
        let find = |words| {
            let mut lines = self.text.lines();
            lines.position(|line| !is_comment(line) && has_words(line, words))
        };
        find(path).or_else(|| find(last)).map_or(1, |at| at + 1)
    }
}

/// `src/x/y.rs` is `[x, y]`; `lib.rs`, the root, is `[]`.
fn module_path(file: &str) -> Vec<String> {
    let stem = file.trim_start_matches("src/").trim_end_matches(".rs");
    let stem = stem.trim_end_matches("/mod").trim_end_matches("/main");
    let names = stem.split('/').filter(|_| stem != "lib");
    names.map(str::to_owned).collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn has_words(line: &str, words: &str) -> bool {
    let inside_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(words).any(|(at, _)| {
        !line[..at].ends_with(inside_word) && !line[at + words.len()..].starts_with(inside_word)
    })
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let argument = attribute.parse_args::<Ident>();
        attribute.path().is_ident("cfg") && argument.is_ok_and(|word| word == "test")
    })
}

/// The attributes of the items that are commonly written for tests alone.
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

// ---- Finding the paths -----------------------------------------------------

impl Source<'_> {
    fn mention(&mut self, words: &[String]) {
        let (name, found) = match words[0].as_str() {
            "crate" | "self" | "super" => (self.in_root(words), &mut self.imports),
            name if name == LIBRARY || self.crates.iter().any(|known| known == name) => {
                (name.into(), &mut self.foreign)
            }
            _ => return,
        };
        let (spelled, in_test) = (words.join("::"), self.in_test);
        found.push(Mention { name, spelled, in_test });
    }

    /// The name in the crate's root that the path goes by.
    fn in_root(&self, words: &[String]) -> String {
        let mut path = match words[0].as_str() {
            "crate" => Vec::new(),
            _ => self.module.clone(),
        };
        for word in words {
            match word.as_str() {
                "crate" | "self" | "*" => {}
                "super" => drop(path.pop()),
                name => path.push(name.into()),
            }
        }
        path.into_iter().next().unwrap_or_default()
    }

    fn use_tree(&mut self, tree: &UseTree, prefix: &[String]) {
        let with = |ident| [prefix, &[word(ident)]].concat();
        match tree {
            UseTree::Path(path) => self.use_tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.mention(&with(&name.ident)),
            UseTree::Rename(rename) => self.mention(&with(&rename.ident)),
            UseTree::Glob(_) => self.mention(&[prefix, &["*".into()]].concat()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, prefix);
                }
            }
        }
    }

    /// The paths in tokens that stay unparsed: a macro's, or an attribute's.
    fn tokens(&mut self, mut at: Cursor) {
        while let Some((_, skipped)) = at.token_tree() {
            if let Some((inside, _, _, after)) = at.any_group() {
                self.tokens(inside);
                at = after;
            } else if let Some((first, after)) = at.ident() {
                at = self.token_path(&first, after);
            } else {
                at = skipped;
            }
        }
    }

    fn token_path<'c>(&mut self, first: &Ident, mut at: Cursor<'c>) -> Cursor<'c> {
        let mut words = vec![word(first)];
        while let Some((ident, after)) = colons(at).and_then(Cursor::ident) {
            words.push(word(&ident));
            at = after;
        }
        // What follows may still be the `{..}` or the `*` of a `use`.
        if let Some((tokens, after)) = colons(at).and_then(Cursor::token_tree)
            && let Ok(tree) = syn::parse2(tokens.into())
        {
            self.use_tree(&tree, &words);
            return after;
        }
        if words.len() > 1 {
            self.mention(&words);
        }
        at
    }
}

impl<'ast> Visit<'ast> for Source<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let outer = self.in_test;
        self.in_test |= is_test(attributes(item));
        visit::visit_item(self, item);
        self.in_test = outer;
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.mention(&["self".into(), word(&item.ident)]);
        self.module.push(word(&item.ident));
        if self.in_test && item.content.is_none() {
            self.test_modules.push(self.module.clone());
        }
        if item.attrs.iter().any(|a| a.path().is_ident("path")) {
            self.detours.push("path =");
        }
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &[]);
    }

    fn visit_item_extern_crate(&mut self, _: &'ast syn::ItemExternCrate) {
        self.detours.push("extern crate");
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut words = Vec::new();
        for segment in &path.segments {
            words.push(word(&segment.ident));
            if !segment.arguments.is_none() {
                break;
            }
        }
        if words.len() > 1 {
            self.mention(&words);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        if call.path.is_ident("include") {
            self.detours.push("include!");
        }
        self.tokens(TokenBuffer::new2(call.tokens.clone()).begin());
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.visit_path(&list.path);
        self.tokens(TokenBuffer::new2(list.tokens.clone()).begin());
    }

    /// `pub(in super::super)` says who may look in; it imports nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

fn word(ident: &Ident) -> String {
    ident.unraw().to_string()
}

fn colons(at: Cursor) -> Option<Cursor> {
    let (first, at) = at.punct()?;
    let (second, at) = at.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then_some(at)
}

// ---- Reading the disk ------------------------------------------------------

impl Tree {
    fn load(root: &Path) -> Tree {
        let mut files = Vec::new();
        load_folder(root, "src", &mut files);
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let crates = dependencies(&manifest);
        Tree { files, crates }
    }
}

fn load_folder(root: &Path, folder: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            load_folder(root, &path, files);
        } else if path.ends_with(".rs") {
            files.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// The names under `[dependencies]`, for every target, as Rust spells them.
fn dependencies(manifest: &str) -> Vec<String> {
    let for_target = |name: &str| name.starts_with("target.") && name.ends_with(".dependencies");
    let tables = manifest.split("\n[");
    let tables = tables.filter_map(|table| table.split_once(']'));
    let tables = tables.filter(|(name, _)| *name == "dependencies" || for_target(name));
    let lines = tables.flat_map(|(_, body)| body.lines());
    let names = lines.filter_map(|line| line.split(['=', '.', ' ']).next());
    names.map(|name| name.replace('-', "_")).collect()
}

// ---- Planted faults --------------------------------------------------------

/// A small tree without faults, which spells its imports in every way.
const SOUND: &str = r#"
src/lib.rs: mod jwt; pub mod manual; pub use jwt::Jwt; pub use crate::http::Layer;
src/manual.rs: #![doc = "waxseal::Session"] pub mod howto { pub mod rotate {} }
src/time.rs: pub use chrono::Utc; pub(crate) struct Clock;
src/base64url.rs: pub use base64::{self, Engine};
src/crypto/mod.rs: pub mod sign; use crate::{secret::Secret, time::{self as t, Clock}};
src/crypto/sign.rs: use super::{super::secret, *}; pub(in super::super) type A = ::ring::Tag;
src/key.rs: use crate::crypto::*; mod set { use super::super::time; }
src/token.rs: fn f() { let time = 1; assert!(crate::key::is::<u8>(super::time::now())); }
src/policy.rs: #[cfg(test)] mod tests; #[cfg(test)] mod inner { use super::*; use ring::rand; }
src/policy/tests.rs: use super::*; use chrono::Utc; use crate::time::Clock;
src/policy/fixtures.rs: #![cfg(test)] use ring::rand;
src/jwt.rs: use serde::Serialize; use crate::claims::Claims; /* crate::http */
src/session.rs: use crate::jwt::Jwt; const TEXT: &str = "crate::http";
src/http.rs: use crate::session::Session; use std::fmt;
src/bin/waxseal/tests.rs: use super::*; use chrono::Utc; use waxseal::Session;
src/bin/waxseal/main.rs: #[cfg(test)] mod tests; mod args; use crate::args::Args;
src/bin/waxseal/args.rs: #[derive(clap::Parser)] struct Args; use serde_json::json;
"#;

fn sound() -> Tree {
    let files = SOUND.lines().filter_map(|line| line.split_once(": "));
    let doors = DOORS.iter().map(|(name, _)| name);
    Tree {
        files: files.map(|(f, t)| (f.into(), t.into())).collect(),
        crates: doors.chain(EVERYWHERE).map(|&name| name.into()).collect(),
    }
}

/// The faults of the sound tree once the code is added to the file.
fn plant(file: &str, code: &str) -> Vec<Fault> {
    let mut tree = sound();
    assert_eq!(faults(&tree), [], "the tree is sound before planting");
    match tree.files.iter_mut().find(|(known, _)| known == file) {
        Some((_, text)) => *text += &format!("\n{code}"),
        None => tree.files.push((file.into(), code.into())),
    }
    faults(&tree)
}

fn kinds(faults: &[Fault]) -> Vec<Kind> {
    faults.iter().map(|fault| fault.kind).collect()
}

/// Each test adds the code to the file, and finds that fault and no other.
macro_rules! planted {
    ($($kind:ident { $($name:ident in $file:literal $code:expr;)* })*) => {$($(
        #[test]
        fn $name() {
            assert_eq!(kinds(&plant($file, $code)), [$kind]);
        }
    )*)*};
}

planted! {
    UPWARD_IMPORT {
        an_upward_import in "src/token.rs" "use crate::jwt::Jwt;";
        an_upward_import_in_a_group in "src/token.rs" "use crate::{time::T, jwt::{J}};";
        an_upward_import_renamed in "src/token.rs" "use crate::jwt as harmless;";
        an_upward_import_by_glob in "src/token.rs" "pub use crate::jwt::*;";
        an_upward_import_by_raw_name in "src/token.rs" "use crate::r#jwt::Jwt;";
        an_upward_import_in_tests in "src/token.rs" "#[cfg(test)] mod t { use crate::jwt::Jwt; }";
        an_upward_inline_path in "src/token.rs" "fn g() { crate::jwt::read(crate::jwt::read); }";
        an_upward_path_in_a_type in "src/token.rs" "struct S(Vec<<u8 as crate::jwt::Read>::Out>);";
        an_upward_super_chain in "src/crypto/sign.rs" "use super::super::jwt::Jwt;";
        an_upward_super_chain_in_a_mod in "src/token.rs" "mod m { use self::super::super::jwt; }";
        an_upward_super_in_a_mod_file in "src/crypto/mod.rs" "use super::jwt::Jwt;";
        an_upward_path_in_a_macro in "src/token.rs" "fn g() { vec![(1, [crate::jwt::X])]; }";
        an_upward_super_chain_in_a_macro in "src/token.rs" "fn g() { vec![super::jwt::X]; }";
        an_upward_group_in_a_macro in "src/token.rs" "m! { use $crate::{time as t, jwt::J}; }";
        an_upward_path_in_an_attribute in "src/token.rs" "#[derive(crate::jwt::Read)] struct S;";
    }
    SIBLING_IMPORT {
        a_sibling_import in "src/policy.rs" "use crate::keyring::Keyring;";
        a_sibling_inline_path in "src/time.rs" "fn g() { super::limits::MAX; }";
    }
    ROOT_IMPORT {
        a_name_the_root_re_exports in "src/http.rs" "use crate::Session;";
        a_name_the_root_re_exports_inline in "src/http.rs" "fn g() { crate::Session::new(); }";
        the_root_renamed in "src/token.rs" "use crate::{self as root};";
        the_root_by_glob in "src/token.rs" "use super::*;";
        the_root_by_glob_in_a_macro in "src/token.rs" "m! { use crate::*; }";
    }
    WRONG_DOOR {
        a_foreign_crate_by_use in "src/token.rs" "use ring::hmac;";
        a_foreign_crate_renamed in "src/token.rs" "use ring as harmless;";
        a_foreign_crate_by_inline_path in "src/token.rs" "fn g() { ring::hmac::sign(); }";
        a_foreign_crate_by_leading_colons in "src/token.rs" "fn g() -> ::ring::Tag { x }";
        a_foreign_crate_in_a_macro in "src/token.rs" "fn g() { dbg!(::ring::hmac::sign()); }";
        a_foreign_crate_beside_its_door in "src/base64url.rs" "use ring::hmac;";
        a_foreign_crate_at_the_front_door in "src/lib.rs" "pub use chrono::Utc;";
        a_foreign_crate_in_the_program in "src/bin/waxseal/main.rs" "use chrono::Utc;";
        a_second_opinion_elsewhere in "src/bin/waxseal/main.rs" "use pasetors::Public;";
    }
    DETOUR {
        a_crate_by_another_name in "src/token.rs" "extern crate ring as harmless;";
        a_module_from_another_place in "src/time.rs" "#[path = \"../jwt.rs\"] mod j;";
        an_included_file in "src/time.rs" "include!(\"jwt.rs\");";
    }
    NOT_FOR_PROGRAM {
        a_library_crate_in_the_program in "src/bin/waxseal/main.rs" "use subtle::Choice;";
    }
    LIBRARY_NAMES_PROGRAM {
        the_program_as_a_module in "src/lib.rs" "mod bin;";
        the_program_by_path in "src/http.rs" "use crate::bin::waxseal;";
    }
    LIBRARY_NAMES_ITSELF {
        the_library_by_its_public_name in "src/http.rs" "fn g() { waxseal::verify(); }";
    }
    UNKNOWN_ROOM {
        a_room_without_a_floor in "src/attic/box.rs" "use crate::http::Layer;";
    }
    MANUAL_IMPORTED {
        an_import_of_the_manual in "src/http.rs" "use crate::manual::howto;";
    }
    MANUAL_HOLDS_CODE {
        code_in_the_manual in "src/manual.rs" "pub mod m { pub struct S; }";
    }
    LONG_FILE {
        a_file_too_long in "src/time.rs" &"const _: u8 = 0;\n".repeat(LONGEST_FILE);
    }
}

#[test]
fn a_long_median() {
    let mut tree = sound();
    tree.files.retain(|(file, _)| file != "src/manual.rs");
    for (_, text) in &mut tree.files {
        *text += &"\nconst _: u8 = 0;".repeat(MEDIAN_FILE);
    }
    assert_eq!(kinds(&faults(&tree)), [LONG_MEDIAN]);
}

#[test]
fn a_knot_is_named_beside_its_upward_import() {
    let found = plant("src/crypto/sign.rs", "use crate::key::Key;");
    assert_eq!(kinds(&found), [KNOT, UPWARD_IMPORT]);
}

#[test]
fn a_room_without_a_floor_is_not_reported_at_its_imports() {
    let mut tree = sound();
    let attic = ("src/attic.rs".into(), String::new());
    let limits = ("src/limits.rs".into(), "use crate::attic::Box;".into());
    tree.files.extend([attic, limits]);
    assert_eq!(kinds(&faults(&tree)), [UNKNOWN_ROOM]);
}

#[test]
fn a_stale_door() {
    let mut tree = sound();
    tree.crates.retain(|name| name != "ring");
    assert_eq!(kinds(&faults(&tree)), [STALE_DOOR]);
}

#[test]
fn a_crate_without_a_door() {
    let mut tree = sound();
    let limits = ("src/limits.rs".into(), "use newcomer::New;".into());
    tree.files.push(limits);
    assert_eq!(faults(&tree), [], "no dependency, so a local name");
    tree.crates.push("newcomer".into());
    assert_eq!(kinds(&faults(&tree)), [NO_DOOR]);
}

#[test]
fn blanks_comments_and_trailing_tests_are_not_code() {
    let comments = "\n// a\n/* b\nc */\n".repeat(LONGEST_FILE);
    let tests = format!("#[cfg(test)]\nmod t {{\n{}}}", "fn f() {}\n".repeat(LONGEST_FILE));
    assert_eq!(plant("src/time.rs", &(comments + &tests)), []);
}

#[test]
fn a_fault_prints_as_one_line_with_its_place() {
    let code = "// jwt::Jwt\nuse crate::{\n    key::Key,\n    jwt::Jwt,\n};\n\
        fn new() {\n    crate::jwt::Claims::<Key>::new();\n}";
    let lines: Vec<String> = plant("src/token.rs", code).iter().map(Fault::to_string).collect();
    let fault = "is on a higher floor; move what both rooms need down";
    assert_eq!(lines[0], format!("src/token.rs:5: `crate::jwt::Jwt` {fault}"));
    assert_eq!(lines[1], format!("src/token.rs:8: `crate::jwt::Claims` {fault}"));
}

#[test]
fn dependencies_are_read_from_the_manifest() {
    let manifest = "[package]\nname = \"x\"\n\n[dependencies]\ned-x = \"3\"\nclap.version = \"4\"\n\
        [target.'cfg(unix)'.dependencies]\nrustix = \"1\"\n[dev-dependencies]\nsyn = \"3\"";
    let mut names = dependencies(manifest);
    names.retain(|name| !name.is_empty());
    assert_eq!(names, ["ed_x", "clap", "rustix"]);
}
