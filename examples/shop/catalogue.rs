//! What the shop sells, and what a basket is.

use serde::{Deserialize, Serialize};

/// One thing on the shelves.
pub(crate) struct Product {
    pub(crate) id: u16,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// In cents.
    pub(crate) price: u64,
    /// Of the picture.
    pub(crate) colour: &'static str,
}

const fn product(
    id: u16,
    name: &'static str,
    about: &'static str,
    price: u64,
    colour: &'static str,
) -> Product {
    Product { id, name, about, price, colour }
}

pub(crate) const PRODUCTS: &[Product] = &[
    product(1, "Sealing wax, red", "Six sticks that snap cleanly and stay shut.", 890, "#b3362b"),
    product(2, "Sealing wax, forest", "Six sticks for letters that can wait.", 890, "#2f6b45"),
    product(3, "Brass seal", "A blank stamp, ready to be engraved.", 2450, "#b08a3a"),
    product(4, "Beeswax candle", "Burns for ten hours and smells of summer.", 1290, "#d9a520"),
    product(5, "Laid paper", "Fifty sheets, with a line that you can feel.", 1680, "#8d7f6a"),
    product(6, "Iron gall ink", "Grows darker for a day, then lasts centuries.", 1150, "#33415c"),
    product(7, "Goose quill", "Cut by hand; takes to ink at once.", 620, "#6d7f8f"),
    product(8, "Linen ribbon", "Five metres, to tie up what is done.", 480, "#8a4f7d"),
];

pub(crate) fn find(id: u16) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.id == id)
}

/// "€12.90"
pub(crate) fn euros(cents: u64) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}

/// What a session remembers. It is in the cookie: ids and amounts, and prices stay here.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Basket {
    lines: Vec<Line>,
    /// A word to the shop.
    pub(crate) note: String,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Line {
    product: u16,
    amount: u32,
}

/// Most of one product.
pub(crate) const MOST: u32 = 99;

impl Basket {
    pub(crate) fn add(&mut self, product: &Product, amount: u32) {
        let has = self.amount_of(product.id);
        self.change(product, has.saturating_add(amount));
    }

    /// None is a line less.
    pub(crate) fn change(&mut self, product: &Product, amount: u32) {
        let amount = amount.min(MOST);
        match self.lines.iter_mut().find(|line| line.product == product.id) {
            Some(line) => line.amount = amount,
            None => self.lines.push(Line { product: product.id, amount }),
        }
        self.lines.retain(|line| line.amount > 0);
    }

    fn amount_of(&self, id: u16) -> u32 {
        self.lines.iter().find(|line| line.product == id).map_or(0, |line| line.amount)
    }

    /// What is in it and still sold.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&'static Product, u32)> {
        self.lines.iter().filter_map(|line| Some((find(line.product)?, line.amount)))
    }

    pub(crate) fn items(&self) -> u32 {
        self.lines().map(|(_, amount)| amount).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines().next().is_none()
    }

    /// In cents.
    pub(crate) fn total(&self) -> u64 {
        self.lines().map(|(product, amount)| product.price * u64::from(amount)).sum()
    }

    /// "2 × Brass seal, 1 × Goose quill"
    pub(crate) fn in_words(&self) -> String {
        let lines = self.lines().map(|(product, amount)| format!("{amount} × {}", product.name));
        lines.collect::<Vec<_>>().join(", ")
    }
}
