//! Tags in the order in which people look for them.

use std::cmp::Ordering;

/// Words after a number that mean that it is not yet that version.
const BEFORE: [&str; 8] = [
    "alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "nightly",
];

/// The newer version first, whatever stands before and after its number: `latest`, then versions
/// from the highest, then names by the alphabet. A version stands before its variants
/// (`1.27`, `1.27-alpine`), and after it what came before it (`1.27-rc1`).
pub fn by_version(one: &str, other: &str) -> Ordering {
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Latest,
    /// The numbers, and those after which nothing comes stand before others of the same.
    Version(std::cmp::Reverse<Numbers>, Rest<'a>),
    Name(Vec<Piece<'a>>),
}

/// The numbers of a version; shorter ones are as if they went on with zeros, but stand first.
#[derive(PartialEq, Eq)]
struct Numbers(Vec<u64>);

impl Ord for Numbers {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.0.len().max(other.0.len());
        let at = |numbers: &Self, place: usize| numbers.0.get(place).copied().unwrap_or_default();
        (0..length)
            .map(|place| at(self, place).cmp(&at(other, place)))
            .find(|order| order.is_ne())
            // The shorter one is the greater, as the list begins with the greatest.
            .unwrap_or_else(|| other.0.len().cmp(&self.0.len()))
    }
}

impl PartialOrd for Numbers {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rest<'a> {
    Nothing,
    Variant(Vec<Piece<'a>>),
    Before(std::cmp::Reverse<Vec<Piece<'a>>>),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    Number(u64),
    Text(&'a str),
}

fn key(tag: &str) -> Key<'_> {
    if tag == "latest" {
        return Key::Latest;
    }
    let plain = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let end = plain
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(plain.len());
    let (numbers, rest) = plain.split_at(end);
    let numbers: Option<Vec<u64>> = numbers
        .trim_end_matches('.')
        .split('.')
        .map(|part| part.parse().ok())
        .collect();
    match numbers {
        // A digest of a commit may begin with a digit as well.
        Some(numbers)
            if rest.is_empty() || rest.starts_with(['-', '_', '.']) || is_before(rest) =>
        {
            Key::Version(std::cmp::Reverse(Numbers(numbers)), of_rest(rest))
        }
        _ => Key::Name(pieces(tag)),
    }
}

fn of_rest(rest: &str) -> Rest<'_> {
    if rest.is_empty() {
        Rest::Nothing
    } else if is_before(rest) {
        Rest::Before(std::cmp::Reverse(pieces(rest)))
    } else {
        Rest::Variant(pieces(rest))
    }
}

fn is_before(rest: &str) -> bool {
    let word = rest.trim_start_matches(['-', '_', '.']);
    let end = word.find(|c: char| !c.is_ascii_alphabetic());
    let word = &word[..end.unwrap_or(word.len())];
    BEFORE.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Numbers and what stands between them.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(match piece.parse() {
            Ok(number) if digits => Piece::Number(number),
            _ => Piece::Text(piece),
        });
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_newest_comes_first_and_variants_after_it() {
        let expected = [
            "latest",
            "10.0.0",
            "v2.1",
            "1.27",
            "1.27.0",
            "1.27-alpine",
            "1.27-alpine3.9",
            "1.27-alpine3.20",
            "1.27-rc2",
            "1.27-rc1",
            "1.9",
            "1",
            "0.1.0",
            "alpine",
            "edge",
            "fe3b21",
            "main-9",
            "main-10",
        ];
        let mut tags = expected;
        tags.reverse();
        tags.sort_by(|one, other| by_version(one, other));
        assert_eq!(tags[0], "latest");
        let position = |tag: &str| tags.iter().position(|one| *one == tag).unwrap();
        for (before, after) in [
            ("10.0.0", "v2.1"),
            ("v2.1", "1.27"),
            ("1.27", "1.27-alpine"),
            ("1.27-alpine", "1.27-rc2"),
            ("1.27-alpine3.9", "1.27-alpine3.20"),
            ("1.27-rc2", "1.27-rc1"),
            ("1.27-rc1", "1.9"),
            ("1.9", "1"),
            ("0.1.0", "alpine"),
            ("main-9", "main-10"),
        ] {
            assert!(
                position(before) < position(after),
                "{before} {after} {tags:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn it_is_an_order(mut tags in prop::collection::vec("[v0-3.a-c-]{0,6}", 0..12)) {
            // The sort of the standard library panics at an order that is none.
            tags.sort_by(|one, other| by_version(one, other));
            for pair in tags.windows(2) {
                prop_assert!(by_version(&pair[0], &pair[1]).is_le());
            }
        }
    }
}
