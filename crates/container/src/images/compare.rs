//! Two images, layer by layer.

use registrar_registry::Digest;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::descriptor::Descriptor;

/// A layer of one of two images, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    /// In both, at these places from the bottom, from 0.
    Both(usize, usize),
    /// Only in the left one.
    Left(usize),
    /// Only in the right one.
    Right(usize),
}

/// The layers of two images side by side, from the bottom: what is the same stands together, in
/// the order of both.
pub fn layers(left: &[Descriptor], right: &[Descriptor]) -> Vec<Pair> {
    let digests = |layers: &[Descriptor]| -> Vec<Digest> {
        layers.iter().map(|layer| layer.digest.clone()).collect()
    };
    let (before, after) = (digests(left), digests(right));
    let differences = capture_diff_slices(Algorithm::Myers, &before, &after);
    differences.into_iter().flat_map(pairs).collect()
}

fn pairs(difference: DiffOp) -> Vec<Pair> {
    let (_, old, new) = difference.as_tag_tuple();
    if let DiffOp::Equal { .. } = difference {
        old.zip(new).map(|(l, r)| Pair::Both(l, r)).collect()
    } else {
        old.map(Pair::Left).chain(new.map(Pair::Right)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn image(layers: &[u8]) -> Vec<Descriptor> {
        let layer = |number: &u8| Descriptor {
            media_type: String::new(),
            digest: Digest::parse(&format!("sha256:{number:064x}")).unwrap(),
            size: u64::from(*number),
            artifact_type: None,
            annotations: BTreeMap::new(),
        };
        layers.iter().map(layer).collect()
    }

    #[test]
    fn a_base_in_common_stands_together() {
        use Pair::{Both, Left, Right};
        assert_eq!(
            layers(&image(&[1, 2, 3]), &image(&[1, 2, 4, 5])),
            [Both(0, 0), Both(1, 1), Left(2), Right(2), Right(3)]
        );
        assert_eq!(
            layers(&image(&[1, 9]), &image(&[2, 1])),
            [Right(0), Both(0, 1), Left(1)]
        );
        assert_eq!(layers(&[], &image(&[1])), [Right(0)]);
    }

    proptest! {
        #[test]
        fn every_layer_is_there_once_and_in_order(
            left in prop::collection::vec(0..9u8, 0..12),
            right in prop::collection::vec(0..9u8, 0..12),
        ) {
            let found = layers(&image(&left), &image(&right));
            let places = |side: fn(&Pair) -> Option<usize>| -> Vec<usize> {
                found.iter().filter_map(side).collect()
            };
            let lefts = places(|pair| match pair {
                Pair::Both(l, _) | Pair::Left(l) => Some(*l),
                Pair::Right(_) => None,
            });
            let rights = places(|pair| match pair {
                Pair::Both(_, r) | Pair::Right(r) => Some(*r),
                Pair::Left(_) => None,
            });
            prop_assert_eq!(lefts, (0..left.len()).collect::<Vec<_>>());
            prop_assert_eq!(rights, (0..right.len()).collect::<Vec<_>>());
            for pair in &found {
                if let Pair::Both(l, r) = pair {
                    prop_assert_eq!(left[*l], right[*r]);
                }
            }
        }
    }
}
