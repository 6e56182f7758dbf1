use proptest::prelude::*;
use registrar_registry::Secret;
use sha2::Digest as _;

use super::{BODY_AT, COSTS_AT, Costs, DIGEST_BYTES, Key, Sealed};
use crate::VaultError;

const CHEAP: Costs = Costs {
    memory_kib: 8,
    passes: 1,
    lanes: 1,
};
const CONTENTS: &[u8] = b"what is in the vault";

fn passphrase() -> Secret {
    Secret::new("a passphrase")
}

fn sealed() -> Vec<u8> {
    let key = Key::new(&passphrase(), CHEAP).unwrap();
    Sealed::seal(&key, CONTENTS).unwrap().bytes().to_vec()
}

fn open(bytes: Vec<u8>, passphrase: &Secret) -> Result<Vec<u8>, VaultError> {
    let sealed = Sealed::parse(bytes)?;
    let key = sealed.key(passphrase)?;
    Ok(sealed.open(&key)?.to_vec())
}

/// Gives `bytes` the digest of what they are now, as a forger would.
fn forge_digest(bytes: &mut [u8]) {
    let end = bytes.len() - DIGEST_BYTES;
    let digest = sha2::Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&digest);
}

#[test]
fn the_right_passphrase_opens_and_a_wrong_one_is_called_wrong() {
    assert_eq!(open(sealed(), &passphrase()).unwrap(), CONTENTS);
    let wrong = open(sealed(), &Secret::new("another one"));
    assert!(matches!(wrong, Err(VaultError::WrongPassphrase)));
}

#[test]
fn a_changed_byte_anywhere_is_damage() {
    let whole = sealed();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        let opened = open(bytes, &passphrase());
        assert!(
            matches!(opened, Err(VaultError::Damaged { .. })),
            "byte {at}"
        );
    }
}

#[test]
fn a_changed_byte_with_a_forged_digest_never_opens() {
    let whole = sealed();
    for at in 0..whole.len() - DIGEST_BYTES {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x01;
        forge_digest(&mut bytes);
        let opened = open(bytes, &passphrase());
        let expected = match at {
            at if at >= BODY_AT => matches!(opened, Err(VaultError::Damaged { .. })),
            _ => opened.is_err(),
        };
        assert!(expected, "byte {at}");
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_damage() {
    let whole = sealed();
    for len in 0..whole.len() {
        let opened = open(whole[..len].to_vec(), &passphrase());
        assert!(
            matches!(opened, Err(VaultError::Damaged { .. })),
            "{len} bytes"
        );
    }
}

#[test]
fn absurd_costs_are_refused_before_anything_is_computed() {
    let whole = sealed();
    let absurd = [
        (u32::MAX, 1, 1),
        (1024 * 1024 + 1, 1, 1),
        (8, u32::MAX, 1),
        (8, 17, 1),
        (1024, 1, 17),
        (8, 0, 1),
        (8, 1, 0),
        (0, 1, 1),
    ];
    for (memory_kib, passes, lanes) in absurd {
        let costs = Costs {
            memory_kib,
            passes,
            lanes,
        };
        let mut bytes = whole.clone();
        bytes[COSTS_AT..COSTS_AT + 12].copy_from_slice(&costs.to_bytes());
        forge_digest(&mut bytes);
        let opened = open(bytes, &passphrase());
        assert!(
            matches!(opened, Err(VaultError::Damaged { .. })),
            "{costs:?}"
        );
    }
}

#[test]
fn a_new_vault_has_the_documented_costs() {
    let costs = Costs::default();
    assert_eq!(
        (costs.memory_kib, costs.passes, costs.lanes),
        (64 * 1024, 3, 1)
    );
    assert_eq!(Costs::from_bytes(costs.to_bytes()), costs);
}

#[test]
fn no_two_files_of_the_same_contents_share_their_bytes() {
    let key = Key::new(&passphrase(), CHEAP).unwrap();
    let (one, two) = (
        Sealed::seal(&key, CONTENTS).unwrap(),
        Sealed::seal(&key, CONTENTS).unwrap(),
    );
    assert_ne!(one.bytes()[BODY_AT..], two.bytes()[BODY_AT..]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_contents_come_back(contents in prop::collection::vec(any::<u8>(), 0..2000), words in "\\PC{1,40}") {
        let passphrase = Secret::new(words);
        let key = Key::new(&passphrase, CHEAP).unwrap();
        let sealed = Sealed::seal(&key, &contents).unwrap();
        prop_assert_eq!(open(sealed.bytes().to_vec(), &passphrase).unwrap(), contents);
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), tail in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Sealed::parse(bytes).is_err());
        prop_assert!(Sealed::parse([super::MAGIC.as_slice(), &tail].concat()).is_err());
    }
}
