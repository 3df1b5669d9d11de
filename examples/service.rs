//! Any other service: reads a token from standard input, verifies it with public keys only, and logs its
//! session out.

use serde::Deserialize;
use waxseal::{PublicKeys, RevocationList, Verifier};

#[derive(Deserialize)]
struct Cart {
    items: Vec<u32>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keys = PublicKeys::open("keys/jwks.json")?;
    let list = RevocationList::open("revoked.db")?;
    let verifier = Verifier::new(keys, "https://id.example", "shop").revocations(&list);

    let mut token = String::new();
    std::io::stdin().read_line(&mut token)?;
    let session = verifier.verify::<Cart>(token.trim())?;
    println!("{} has {:?} in the cart", session.subject(), session.state().items);

    session.log_out(&list)?;
    let refused = verifier.verify::<Cart>(token.trim()).expect_err("logged out");
    println!("after logout: {refused}");
    Ok(())
}
