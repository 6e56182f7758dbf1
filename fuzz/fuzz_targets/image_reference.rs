//! Whatever is typed as an image: no panic, one way to write it out, and an address that serves it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_registry::{ContainerAddress, Fit, ImageReference};

fuzz_target!(|text: &str| {
    let Ok(image) = ImageReference::parse(text) else {
        return;
    };
    let whole = image.to_string();
    assert_eq!(
        ImageReference::parse(&whole).as_ref(),
        Ok(&image),
        "{whole}"
    );
    assert!(image.tag().is_some() || image.digest().is_some());
    // Pasted, it means its repository.
    let address = ContainerAddress::parse(&whole).expect("an image is an address");
    // But for the API's own part of an address, which nobody pastes as an image.
    let api = ["v1", "v2"].contains(&image.repository());
    let expected = if api { Fit::Host } else { Fit::Repository };
    assert_eq!(address.fit(&image), Some(expected), "{whole} {address}");
    let host = ContainerAddress::parse(image.host().as_str()).expect("a host is an address");
    assert_eq!(host.fit(&image), Some(Fit::Host));
    let serving = ContainerAddress::serving([&host, &address], &image);
    assert_eq!(serving, Some(&address));
});
