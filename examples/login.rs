//! A login service, after the password was checked: mints a session and prints its token.
//!
//! ```sh
//! waxseal keys init --keys keys --issuer https://id.example
//! waxseal revoke init
//! cargo run --example login | cargo run --example service
//! ```

use serde::Serialize;
use waxseal::{Issuer, Keys};

#[derive(Serialize)]
struct Cart {
    items: Vec<u32>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keys = Keys::open("keys")?;
    let issuer = Issuer::new(&keys, "https://id.example", "shop")?;
    let token = issuer.mint("ada", &Cart { items: vec![7] })?;
    println!("{token}");
    Ok(())
}
