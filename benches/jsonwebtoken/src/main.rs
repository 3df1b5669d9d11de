//! jsonwebtoken's cryptography on ring beside one of its own back-ends, both sides in one run:
//!
//! ```sh
//! cargo run --release --features rust_crypto
//! cargo run --release --features aws_lc_rs
//! ```
//!
//! Every round visits every case once, in turn, so that a drift of the machine meets them all. A
//! ratio is the median over the rounds of ring's time by the other's in the same round: under 1, ring
//! is faster. A call is what one `encode` or `decode` asks of a provider: the signer or verifier is
//! made of the key each time, then used once. JSON and base64 are the same on both sides and left out.

#![allow(clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use jsonwebtoken::crypto::CryptoProvider;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use waxseal::jsonwebtoken::{RING_PROVIDER, decoding_key, encoding_key, from_algorithm};
use waxseal::key::Key;

#[cfg(feature = "rust_crypto")]
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER as OTHER;

#[cfg(all(feature = "aws_lc_rs", not(feature = "rust_crypto")))]
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER as OTHER;

#[cfg(not(any(feature = "rust_crypto", feature = "aws_lc_rs")))]
compile_error!("choose what ring is measured beside: --features rust_crypto or aws_lc_rs");

const NAME: &str = if cfg!(feature = "rust_crypto") { "rust_crypto" } else { "aws_lc_rs" };

const ALL: [Algorithm; 12] = {
    use Algorithm::*;
    [HS256, HS384, HS512, ES256, ES384, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA]
};

/// The 2048-bit key of RFC 7515, Appendix A.2: ring makes no RSA keys.
const RFC_7515: &str = include_str!("../../../tests/vectors/rfc/rfc7515.json");

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let (rounds, slice) = if test { (1, 1) } else { (41, 4) };
    println!("| | sign, ring | {NAME} | ring / {NAME} | verify, ring | {NAME} | ring / {NAME} |");
    println!("|---|---|---|---|---|---|---|");
    for algorithm in ALL {
        let cells = measure(algorithm, rounds, Duration::from_millis(slice));
        println!("| {algorithm:?} | {cells} |");
    }
}

fn measure(algorithm: Algorithm, rounds: usize, slice: Duration) -> String {
    let (signing, verifying) = pair(algorithm);
    // A session of ours has about this length.
    let message = "e30".repeat(160);
    let signed = |provider: &CryptoProvider| {
        let signer = (provider.signer_factory)(&algorithm, black_box(&signing)).expect("a signer");
        signer.try_sign(black_box(message.as_bytes())).expect("signed")
    };
    let signature = signed(&RING_PROVIDER);
    let verified = |provider: &CryptoProvider| {
        let key = black_box(&verifying);
        let verifier = (provider.verifier_factory)(&algorithm, key).expect("a verifier");
        verifier.verify(black_box(message.as_bytes()), &signature).is_ok()
    };
    let cases: [&dyn Fn() -> bool; 4] = [
        &|| !signed(&RING_PROVIDER).is_empty(),
        &|| !signed(&OTHER).is_empty(),
        &|| verified(&RING_PROVIDER),
        &|| verified(&OTHER),
    ];
    let mut times: [Vec<f64>; 4] = Default::default();
    for round in 0..=rounds {
        for turn in 0..cases.len() {
            let at = (turn + round) % cases.len();
            let nanos = per_call(cases[at], slice);
            // The first round warms up.
            if round > 0 {
                times[at].push(nanos);
            }
        }
    }
    let column = |above: &[f64], below: &[f64]| {
        let ratio = median(above.iter().zip(below).map(|(above, below)| above / below).collect());
        let micros = |times: &[f64]| median(times.to_vec()) / 1000.0;
        format!("{:.1} µs | {:.1} µs | {ratio:.2}", micros(above), micros(below))
    };
    format!("{} | {}", column(&times[0], &times[1]), column(&times[2], &times[3]))
}

fn pair(algorithm: Algorithm) -> (EncodingKey, DecodingKey) {
    let named = from_algorithm(algorithm).expect("we have all of theirs");
    let key = match algorithm.family() {
        AlgorithmFamily::Rsa => {
            let rfc: serde_json::Value = serde_json::from_str(RFC_7515).expect("JSON");
            let jwk = rfc["cases"][1]["key"].to_string();
            Key::from_jwk_among(jwk.as_bytes(), &[named]).expect("an RSA key")
        }
        _ => Key::generate(named).expect("a key"),
    };
    (encoding_key(&key).expect("it signs"), decoding_key(&key).expect("it verifies"))
}

/// Nanoseconds of one call, over a slice of time. Every result is checked.
fn per_call(case: &dyn Fn() -> bool, slice: Duration) -> f64 {
    let mut calls = 0_u32;
    let start = Instant::now();
    loop {
        for _ in 0..8 {
            assert!(case(), "it failed");
        }
        calls += 8;
        let elapsed = start.elapsed();
        if elapsed >= slice {
            return elapsed.as_nanos() as f64 / f64::from(calls);
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
