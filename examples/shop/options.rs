//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use waxseal::http::{Sessions, SessionsSetup, SetupFault};

pub(crate) const USAGE: &str = "\
The shop of waxseal's examples, and a second service that shows its orders.

  --port PORT          the shop's, 3000 by default; 0 for any
  --orders-port PORT   the second service's, 3001 by default; 0 for any
  --data DIR           for keys and revocations; a fresh folder by default, removed at the end
  --short              sessions end after two minutes without use
  --idle SECONDS       the same for so many seconds, 30 at least

Behind a proxy that speaks TLS, with cookies for everybody:
  --site URL           what browsers see of the shop: https://shop.example:8443
  --orders-site URL    what they see of the second service

For tests:
  --slow               a request with ?wait=MS is answered so much later
";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) orders_port: u16,
    pub(crate) data: Option<PathBuf>,
    pub(crate) idle: Option<Duration>,
    /// Of the shop and of the second service.
    pub(crate) sites: Option<(String, String)>,
    pub(crate) speed: Speed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    Normal,
    SlowIfAsked,
}

impl Options {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut port, mut orders_port, mut data, mut idle) = (3000, 3001, None, None);
        let (mut site, mut orders_site, mut speed) = (None, None, Speed::Normal);
        while let Some(option) = words.next() {
            let mut value = || words.next().ok_or(format!("{option} needs a value"));
            match option.as_str() {
                "--port" => port = number(&value()?)?,
                "--orders-port" => orders_port = number(&value()?)?,
                "--data" => data = Some(value()?.into()),
                "--short" => idle = Some(Duration::from_secs(120)),
                "--idle" => idle = Some(Duration::from_secs(number::<u32>(&value()?)?.into())),
                "--site" => site = Some(value()?),
                "--orders-site" => orders_site = Some(value()?),
                "--slow" => speed = Speed::SlowIfAsked,
                _ => return Err(format!("{option}?\n\n{USAGE}")),
            }
        }
        let sites = match (site, orders_site) {
            (Some(site), Some(orders)) => Some((site, orders)),
            (None, None) => None,
            _ => return Err("--site and --orders-site go together".into()),
        };
        Ok(Self { port, orders_port, data, idle, sites, speed })
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text:?} is no number that fits"))
}

/// What browsers see of a service.
#[derive(Clone)]
pub(crate) enum Site {
    /// `https`, by a proxy.
    Public(String),
    /// Plain `http`, on this machine.
    Local(String),
}

impl Site {
    pub(crate) fn origin(&self) -> &str {
        match self {
            Self::Public(origin) | Self::Local(origin) => origin,
        }
    }

    pub(crate) fn begin<T>(&self) -> Result<SessionsSetup<T>, SetupFault>
    where
        T: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static,
    {
        match self {
            Self::Public(origin) => Sessions::setup(origin),
            Self::Local(origin) => Sessions::dev(origin),
        }
    }
}
