//! Whatever is typed as an address: no panic, no secret passes, one stored form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_registry::DevfileUrl;

fuzz_target!(|text: &str| {
    match DevfileUrl::parse(text) {
        Ok(url) => {
            assert_eq!(DevfileUrl::parse(url.as_str()).as_ref(), Ok(&url));
            assert!(url.as_url().username().is_empty() && url.as_url().password().is_none());
            assert!(url.as_url().query().is_none() && url.as_url().fragment().is_none());
            assert!(url.as_str().len() <= DevfileUrl::MAX_CHARS && !url.as_str().ends_with('/'));
            let endpoint = url.endpoint("v2index");
            assert!(url.is_same_origin(&endpoint) && endpoint.path().ends_with("/v2index"));
            let _ = url.to_unicode();
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(error.at.is_none_or(|at| at <= text.chars().count()));
        }
    }
});
