//! Which list of which engine: `redis://[user:password@]host:port/db?list=NAME`.

use std::fmt;

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion};

use crate::revocation::{StoreError, without_password};

/// The list of a URL that names none.
const NAME: &str = "revoked";

/// Longest name of a list.
const MOST_NAME: usize = 64;

/// Where a list is. Shown without user and password.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) engine: ConnectionInfo,
    place: String,
    name: String,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let refuse =
            |why: &str| StoreError::Unsupported { place: without_password(url), why: why.into() };
        if url.starts_with("rediss://") {
            return Err(refuse(
                "TLS to the engine is not built in: use redis:// through a tunnel, stunnel say, on this host",
            ));
        }
        if !url.starts_with("redis://") {
            return Err(refuse("not a redis:// URL"));
        }
        // The text of such a fault may hold the password.
        let form = "not of the form redis://[user:password@]host:port/db?list=NAME";
        let mut parsed = redis::parse_redis_url(url).ok_or_else(|| refuse(form))?;
        let mut name = NAME.to_owned();
        for (option, value) in parsed.query_pairs() {
            match option.as_ref() {
                "list" => name = value.into_owned(),
                _ => return Err(refuse("the only option of such a URL is ?list=NAME")),
            }
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        if name.is_empty() || name.len() > MOST_NAME || !name.bytes().all(is_plain) {
            return Err(refuse("a list's name is 1 to 64 letters, digits, '-', '_', '.' and ':'"));
        }
        parsed.set_query(None);
        let engine = parsed.into_connection_info().map_err(|_| refuse(form))?;
        let settings = engine.redis_settings().clone();
        let settings = settings.set_protocol(ProtocolVersion::RESP2).set_skip_set_lib_name();
        let host = match engine.addr() {
            ConnectionAddr::Tcp(host, port) if host.contains(':') => format!("[{host}]:{port}"),
            ConnectionAddr::Tcp(host, port) => format!("{host}:{port}"),
            _ => return Err(refuse(form)),
        };
        let place = format!("redis://{host}/{}?list={name}", settings.db());
        Ok(Self { engine: engine.set_redis_settings(settings), place, name })
    }

    /// Without user and password.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The key of the stream. One hash tag for all keys keeps them in one slot of a cluster.
    pub(super) fn entries(&self) -> String {
        format!("{{waxseal:{}}}:entries", self.name)
    }

    /// The key of what the list is.
    pub(super) fn list(&self) -> String {
        format!("{{waxseal:{}}}:list", self.name)
    }

    /// The key that says that somebody was the first to record `name`.
    pub(super) fn once(&self, kind: &str, name: &str) -> String {
        format!("{{waxseal:{}}}:once:{kind}:{name}", self.name)
    }

    pub(super) fn unreachable(&self, why: impl Into<String>) -> StoreError {
        StoreError::Unreachable { place: self.place.clone(), why: why.into() }
    }

    pub(super) fn corrupt(&self, why: impl Into<String>) -> StoreError {
        StoreError::Corrupt { place: self.place.clone(), why: why.into() }
    }

    pub(super) fn not_safe(&self, why: impl Into<String>) -> StoreError {
        StoreError::Unsafe { place: self.place.clone(), why: why.into() }
    }

    pub(super) fn missing(&self) -> StoreError {
        StoreError::Missing { place: self.place.clone() }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> String {
        Address::parse(url).expect("an address").place().to_owned()
    }

    #[test]
    fn a_place_is_shown_whole_but_for_user_and_password() {
        assert_eq!(place("redis://localhost"), "redis://localhost:6379/0?list=revoked");
        assert_eq!(place("redis://ada:pw@[::1]:7/3?list=shop"), "redis://[::1]:7/3?list=shop");
        let address = Address::parse("redis://:s%40cret@host/").expect("an address");
        assert_eq!(address.engine.redis_settings().password(), Some("s@cret"));
        assert!(!format!("{address:?}").contains("cret"));
    }

    #[test]
    fn all_keys_of_a_list_lie_in_one_slot() {
        let address = Address::parse("redis://localhost?list=shop").expect("an address");
        assert_eq!(address.entries(), "{waxseal:shop}:entries");
        assert_eq!(address.list(), "{waxseal:shop}:list");
        assert_eq!(address.once("jti", "a"), "{waxseal:shop}:once:jti:a");
    }

    #[test]
    fn what_is_refused_is_refused_without_the_password() {
        for url in [
            "rediss://ada:s3cret%20word@host",
            "redis://ada:s3@cret@host:99999",
            "redis://ada:s3cret@host/first",
            "redis://ada:s3cret@host?list=a%7Db",
            "redis://ada:s3cret@host?list=",
            "redis://ada:s3cret@host?pass=s3cret",
            "redis+unix:///tmp/socket?pass=s3cret",
            "redis://ada:s3cret@0.0.0.0",
        ] {
            let fault = Address::parse(url).expect_err(url).to_string();
            assert!(!fault.contains("cret"), "{fault}");
        }
    }
}
