//! `waxseal doctor`.

use clap::Args;
use waxseal::time::Timestamp;

use super::Shape;
use crate::times;

pub(super) const DOCTOR_EXAMPLES: &str = "\
Examples:
  waxseal doctor --url https://shop.example/login --set-cookie 'sid=abc; Secure; HttpOnly; Path=/'
  curl -sI https://shop.example/login | waxseal doctor --url https://shop.example/login --set-cookie -
  waxseal doctor --url https://shop.example/ --set-cookie @login.txt --clear 'sid=; Max-Age=0; Path=/'
  waxseal doctor --url https://shop.example/ --cookie 'sid=abc; sid=def'
  waxseal doctor --rules";

// `waxseal doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The URL of the request: http or https
    #[arg(long, value_name = "URL", required_unless_present = "rules")]
    pub(crate) url: Option<String>,
    /// A Set-Cookie header as the server sends it, @FILE or -; repeat for several
    #[arg(long, value_name = "HEADER")]
    pub(crate) set_cookie: Vec<String>,
    /// The Cookie header as the browser sends it, @FILE or -
    #[arg(long, value_name = "HEADER")]
    pub(crate) cookie: Option<String>,
    /// A Set-Cookie header with which logout clears the cookie, @FILE or -; repeat for several
    #[arg(long, value_name = "HEADER")]
    pub(crate) clear: Vec<String>,
    /// Judge as if it were this time: RFC 3339, @SECONDS, now+20m
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    pub(crate) at: Option<Timestamp>,
    /// Print every rule with its id, level and mend, and check nothing
    #[arg(long, conflicts_with_all = ["url", "set_cookie", "cookie", "clear", "at"])]
    pub(crate) rules: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
}
