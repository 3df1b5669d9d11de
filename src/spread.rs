//! A keyed hash for what is random already: ids that were drawn, digests, the ends of signatures.
//!
//! Such keys need no strong hash to lie evenly in a table, and SipHash would be the dearest part of a
//! look-up. The key, drawn once a process, keeps who can choose some ids from choosing their places.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

/// Makes [`Folded`] hashers under this process's key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread([u64; 2]);

impl Default for Spread {
    fn default() -> Self {
        static KEY: LazyLock<[u64; 2]> = LazyLock::new(|| {
            let state = RandomState::new();
            [state.hash_one(1_u8), state.hash_one(2_u8)]
        });
        Self(*KEY)
    }
}

impl BuildHasher for Spread {
    type Hasher = Folded;

    #[inline]
    fn build_hasher(&self) -> Folded {
        Folded { key: self.0, hash: 0 }
    }
}

/// Each 16 bytes are multiplied, half by half, and the long product is folded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folded {
    key: [u64; 2],
    hash: u64,
}

impl Hasher for Folded {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.as_chunks::<16>();
        for block in blocks {
            self.fold(block);
        }
        if !rest.is_empty() {
            let mut block = [0; 16];
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            self.fold(&block);
        }
    }

    /// Lengths tell nothing here: every key of a table is as long as the others.
    #[inline]
    fn write_usize(&mut self, _: usize) {}

    #[inline]
    fn finish(&self) -> u64 {
        self.hash
    }
}

impl Folded {
    #[inline]
    fn fold(&mut self, block: &[u8; 16]) {
        let block = u128::from_le_bytes(*block);
        let halves = (block as u64, (block >> 64) as u64);
        let [a, b] = self.key;
        let product =
            u128::from(halves.0 ^ a ^ self.hash) * u128::from(halves.1 ^ b.wrapping_add(self.hash));
        self.hash = (product as u64) ^ ((product >> 64) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_differ_in_one_bit_lie_apart() {
        let spread = Spread::default();
        let id = [0x5a_u8; 16];
        let mut hashes = vec![spread.hash_one(id)];
        for bit in 0..128 {
            let mut other = id;
            other[bit / 8] ^= 1 << (bit % 8);
            hashes.push(spread.hash_one(other));
        }
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 129);
    }

    #[test]
    fn counted_ids_fill_a_table_evenly() {
        let (spread, mut rows) = (Spread::default(), vec![0_u32; 256]);
        for number in 0..25_600_u128 {
            let id = number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_le_bytes();
            rows[(spread.hash_one(id) >> 56) as usize] += 1;
        }
        assert!(rows.iter().all(|row| (50..170).contains(row)), "{rows:?}");
    }
}
