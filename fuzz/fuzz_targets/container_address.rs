//! Whatever is pasted as the address of a container registry: no panic, no secret passes, one
//! stored form, and it answers for itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_registry::{ContainerAddress, Fit, Provider};

fuzz_target!(|text: &str| {
    let pasted = match ContainerAddress::parse_pasted(text) {
        Ok(pasted) => pasted,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let address = &pasted.address;
    let stored = address.to_string();
    assert_eq!(
        ContainerAddress::parse(&stored).as_ref(),
        Ok(address),
        "{stored}"
    );
    assert_eq!(stored, stored.to_ascii_lowercase());
    assert!(!stored.contains(['@', '?', '#', ' ', '\\']) && !stored.ends_with('/'));
    assert_eq!(stored.ends_with("/*"), address.has_wildcard());
    assert_eq!(address.fit_key(address), Some(Fit::Repository));
    let host = address.host();
    let whole = ContainerAddress::parse(host.as_str()).expect("a host is an address");
    assert_eq!(whole.host(), host);
    assert!(whole.fit_key(address).is_some());
    for plain_http in [false, true] {
        let url = host.api_url(plain_http);
        assert_eq!(url.scheme(), if plain_http { "http" } else { "https" });
        assert!(url.username().is_empty() && url.password().is_none() && url.path() == "/");
    }
    let page = Provider::of(host).token_page(Some(host));
    assert!(page.is_none_or(|page| page.scheme() == "https"));
});
