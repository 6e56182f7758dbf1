//! Whatever stands in a backup: no panic, no more is taken than it announced, and it ends.
#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use registrar_hosting::HostError;
use registrar_hosting::backup::{Facts, Keep, read_archive};

#[derive(Default)]
struct Counting {
    facts: Option<Facts>,
    blobs: u64,
    bytes: u64,
}

impl Keep for Counting {
    fn facts(&mut self, facts: &Facts) -> Result<(), HostError> {
        self.facts = Some(facts.clone());
        Ok(())
    }

    fn database(&mut self, bytes: &mut dyn Read) -> Result<(), HostError> {
        let read = io::copy(bytes, &mut io::sink())?;
        assert!(read <= self.facts.as_ref().map_or(0, |facts| facts.database));
        Ok(())
    }

    fn blob(&mut self, _: [u8; 32], size: u64, bytes: &mut dyn Read) -> Result<(), HostError> {
        assert!(io::copy(bytes, &mut io::sink())? <= size);
        self.blobs += 1;
        self.bytes += size;
        let facts = self.facts.as_ref().expect("they come first");
        assert!(self.blobs <= facts.blobs && self.bytes <= facts.bytes);
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut counting = Counting::default();
    if let Ok(manifest) = read_archive(bytes, &mut counting) {
        assert_eq!(manifest.blobs, counting.blobs);
    }
});
