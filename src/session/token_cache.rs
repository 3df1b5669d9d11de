//! A bounded map from whole tokens to what was made of them.
//!
//! It is spread over shards, so that who reads one seldom waits for who writes another. In a full
//! shard a clock hand goes round and drops what was not asked for since it last came by.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::secret::SecretBytes;
use crate::spread::Spread;

const MOST_SHARDS: usize = 64;
/// Below so many entries a shard would fill up long before the others do.
const LEAST_ROOM: usize = 64;

pub(super) struct TokenCache<V> {
    shards: Vec<RwLock<Shard<V>>>,
    spread: Spread,
}

struct Shard<V> {
    /// Where the entry of a token is, by its hash.
    places: HashMap<u64, usize, Spread>,
    entries: Vec<Entry<V>>,
    room: usize,
    /// Where it is looked next for one to drop, in a full shard.
    hand: usize,
    /// Where it is looked next for what has ended.
    sweep: usize,
}

struct Entry<V> {
    hash: u64,
    /// A credential: wiped when it goes.
    token: SecretBytes,
    value: Arc<V>,
    /// Whether it was asked for since the hand came by.
    used: AtomicBool,
}

impl<V> TokenCache<V> {
    /// A map of at most `most` entries. Room is made as it is needed.
    pub(super) fn new(most: usize) -> Self {
        let count = (most / LEAST_ROOM).clamp(1, MOST_SHARDS).min(most);
        let room = |shard| most / count + usize::from(shard < most % count);
        let shards = (0..count).map(|shard| RwLock::new(Shard::new(room(shard)))).collect();
        Self { shards, spread: Spread::default() }
    }

    /// What was kept for exactly this token.
    pub(super) fn get(&self, token: &str) -> Option<Arc<V>> {
        let (hash, shard) = self.place(token)?;
        let shard = read(shard);
        let entry = shard.entries.get(*shard.places.get(&hash)?)?;
        // A plain comparison: who comes this far knows the end of a signature.
        if entry.token.expose_secret() != token.as_bytes() {
            return None;
        }
        // Written only if need be: the line stays shared between processors.
        if !entry.used.load(Ordering::Relaxed) {
            entry.used.store(true, Ordering::Relaxed);
        }
        Some(Arc::clone(&entry.value))
    }

    /// Keeps `value` for `token`. Two others are looked at, and dropped if they are over.
    pub(super) fn insert(&self, token: &str, value: Arc<V>, is_over: impl Fn(&V) -> bool) {
        let Some((hash, shard)) = self.place(token) else {
            return;
        };
        let token = SecretBytes::new(token.as_bytes().to_vec());
        let used = AtomicBool::new(false);
        let dropped = write(shard).insert(Entry { hash, token, value, used }, is_over);
        // Only now, after the lock: a value may take its time to go.
        drop(dropped);
    }

    /// Drops every entry.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            let dropped = write(shard).clear();
            drop(dropped);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| read(shard).entries.len()).sum()
    }

    /// The end of the signature or the tag; a PASETO's stands before the footer, if there is one.
    fn hash(&self, token: &str) -> u64 {
        const END: usize = 64;
        let last_dot = || token.bytes().rposition(|byte| byte == b'.');
        let footer = match token.starts_with('v') {
            true => last_dot().filter(|_| token.bytes().filter(|byte| *byte == b'.').count() == 3),
            false => None,
        };
        let signed = footer.and_then(|dot| token.get(..dot)).unwrap_or(token).as_bytes();
        let mut hasher = self.spread.build_hasher();
        hasher.write(signed.last_chunk::<END>().map_or(signed, |end| end));
        hasher.finish()
    }

    /// The hash of the token, and its shard; `None` if there is no room for anything.
    fn place(&self, token: &str) -> Option<(u64, &RwLock<Shard<V>>)> {
        let last = self.shards.len().checked_sub(1)?;
        let hash = self.hash(token);
        // Other bits than those that the maps inside go by.
        let at = (hash >> 40) as usize % (last + 1);
        Some((hash, self.shards.get(at)?))
    }
}

impl<V> Shard<V> {
    fn new(room: usize) -> Self {
        Self { places: HashMap::default(), entries: Vec::new(), room, hand: 0, sweep: 0 }
    }

    /// Gives what had to go.
    fn insert(&mut self, entry: Entry<V>, is_over: impl Fn(&V) -> bool) -> Vec<Entry<V>> {
        if let Some(same) = self.places.get(&entry.hash).and_then(|at| self.entries.get_mut(*at)) {
            return vec![std::mem::replace(same, entry)];
        }
        let mut dropped = Vec::new();
        for _ in 0..2 {
            self.sweep = self.within(self.sweep);
            match self.entries.get(self.sweep).map(|entry| is_over(&entry.value)) {
                Some(true) => dropped.push(self.remove(self.sweep)),
                Some(false) => self.sweep += 1,
                None => {}
            }
        }
        while self.entries.len() >= self.room {
            self.hand = self.within(self.hand);
            // It goes round once at the most: nobody sets a mark while we write.
            match self.entries.get_mut(self.hand).map(|entry| entry.used.get_mut()) {
                Some(used) if *used => {
                    *used = false;
                    self.hand += 1;
                }
                _ => dropped.push(self.remove(self.hand)),
            }
        }
        self.places.insert(entry.hash, self.entries.len());
        self.entries.push(entry);
        dropped
    }

    /// The place, or the first one past the last.
    fn within(&self, at: usize) -> usize {
        if at < self.entries.len() { at } else { 0 }
    }

    /// Takes an entry out; the last one takes its place.
    fn remove(&mut self, at: usize) -> Entry<V> {
        let removed = self.entries.swap_remove(at);
        self.places.remove(&removed.hash);
        if let Some(moved) = self.entries.get(at) {
            self.places.insert(moved.hash, at);
        }
        removed
    }

    /// Gives what was there.
    fn clear(&mut self) -> Vec<Entry<V>> {
        std::mem::replace(self, Self::new(self.room)).entries
    }
}

// Nothing of the caller's runs while a shard is locked, so no panic leaves one half-written.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(number: usize) -> String {
        format!(
            "e30.{number:05}payload-of-some-length-and-more.{number:05}signature-of-some-length-and-more"
        )
    }

    #[test]
    fn a_token_that_differs_in_any_character_is_another() {
        let cache = TokenCache::new(10);
        let token = token(7);
        cache.insert(&token, Arc::new(7), |_| false);
        assert_eq!(cache.get(&token).as_deref(), Some(&7));
        for at in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[at] ^= 1;
            let other = String::from_utf8(other).expect("ASCII");
            assert_eq!(cache.get(&other), None, "{other}");
        }
        assert_eq!(cache.get(&token[1..]), None);
        assert_eq!(cache.get(&format!("{token}A")), None);
    }

    #[test]
    fn pasetos_with_a_long_footer_lie_apart() {
        let cache = TokenCache::new(1_000);
        let footer = "eyJraWQiOi".repeat(40);
        let paseto = |number| format!("v4.public.{}.{footer}", &token(number)[4..40]);
        for number in 0..100 {
            cache.insert(&paseto(number), Arc::new(number), |_| false);
        }
        assert!((0..100).all(|number| cache.get(&paseto(number)).as_deref() == Some(&number)));
        assert_eq!(cache.get(&paseto(0).replace("v4", "v2")), None);
    }

    #[test]
    fn what_is_asked_for_again_and_again_outlives_a_flood() {
        let cache = TokenCache::new(64);
        let favourite = token(0);
        cache.insert(&favourite, Arc::new(0), |_| false);
        for number in 1..10_000 {
            assert_eq!(cache.get(&favourite).as_deref(), Some(&0), "after {number}");
            cache.insert(&token(number), Arc::new(number), |_| false);
        }
        assert_eq!(cache.len(), 64);
    }

    #[test]
    fn what_is_over_is_dropped_as_others_come() {
        let cache = TokenCache::new(4_000);
        for number in 0..500 {
            cache.insert(&token(number), Arc::new(number), |_| false);
        }
        for number in 500..1_500 {
            cache.insert(&token(number), Arc::new(number), |value| *value < 500);
        }
        let kept = (0..500).filter(|number| cache.get(&token(*number)).is_some()).count();
        assert!(kept < 50, "{kept} of 500 are there still");
        assert!((500..1_500).all(|number| cache.get(&token(number)).is_some()));
    }

    proptest! {
        /// Beside a map without a bound: what is found was put there, and the bound holds.
        #[test]
        fn it_finds_only_what_was_put_there(
            most in 0_usize..200,
            acts in proptest::collection::vec((0_usize..300, 0_u8..3, any::<u32>()), 0..600),
        ) {
            let (cache, mut model) = (TokenCache::new(most), HashMap::new());
            for (number, act, value) in acts {
                match act {
                    0 => {
                        cache.insert(&token(number), Arc::new(value), |value| value % 7 == 0);
                        model.insert(number, value);
                        let kept = cache.get(&token(number)).as_deref() == Some(&value);
                        prop_assert!(kept || most == 0);
                    }
                    1 => {
                        let found = cache.get(&token(number));
                        prop_assert!(found.is_none() || found.as_deref() == model.get(&number));
                    }
                    _ if value % 50 == 0 => cache.clear(),
                    _ => {}
                }
                prop_assert!(cache.len() <= most);
            }
        }
    }
}
