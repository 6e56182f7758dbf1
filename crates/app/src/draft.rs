//! From what stands in the form to what can be stored.

use std::path::PathBuf;
use std::str::FromStr as _;

use registrar_catalog::{Address, Catalog};
use registrar_registry::{DevfileUrl, Fingerprint, RegistryId, RegistryName, Secret, TlsRules};

use crate::wire::{
    Code, CommandError, DraftReview, Field, FieldRemark, Kind, RegistryDraft, TokenChange,
};

/// A draft that has been understood.
pub(crate) struct Parsed {
    pub(crate) name: RegistryName,
    pub(crate) url: DevfileUrl,
    pub(crate) allow_http: bool,
    pub(crate) tls: TlsRules,
}

/// The address and TLS rules alone, which is all that a test needs.
pub(crate) fn parse_target(draft: &RegistryDraft) -> Result<(DevfileUrl, TlsRules), CommandError> {
    if draft.kind != Kind::Devfile {
        return Err(CommandError::new(
            Code::Invalid,
            "Only devfile registries can be added and changed here.",
        )
        .hint("Edit registries.toml for the others."));
    }
    let url = DevfileUrl::parse(&draft.url)
        .map_err(|error| CommandError::invalid(Field::Url, error.to_string()))?;
    Ok((url, tls_rules(draft)?))
}

/// The whole draft.
pub(crate) fn parse(draft: &RegistryDraft) -> Result<Parsed, CommandError> {
    let name = RegistryName::parse(&draft.name)
        .map_err(|error| CommandError::invalid(Field::Name, error.to_string()))?;
    let (url, tls) = parse_target(draft)?;
    if url.is_plain_http() && !draft.allow_http {
        return Err(CommandError::invalid(
            Field::Url,
            "http:// is not encrypted: anybody on the way can read and change what is fetched.",
        )
        .hint("Use https://, or turn on “Allow unencrypted http” for this registry."));
    }
    check_token(&draft.token)?;
    let allow_http = url.is_plain_http();
    Ok(Parsed {
        name,
        url,
        allow_http,
        tls,
    })
}

fn check_token(token: &TokenChange) -> Result<(), CommandError> {
    let TokenChange::Set { token } = token else {
        return Ok(());
    };
    if token.is_empty() {
        return Err(CommandError::invalid(Field::Token, "The token is empty.")
            .hint("Type or paste the token, or save without one."));
    }
    if token.len() > Secret::MAX_BYTES {
        return Err(CommandError::invalid(
            Field::Token,
            "The token is longer than 64 KiB.",
        ));
    }
    let sendable = token
        .expose()
        .iter()
        .all(|byte| *byte >= 0x20 && *byte != 0x7f);
    if !sendable {
        return Err(CommandError::invalid(
            Field::Token,
            "The token holds a line break or another control character, which cannot be sent.",
        )
        .hint("Copy it again, without anything before or after it."));
    }
    Ok(())
}

fn tls_rules(draft: &RegistryDraft) -> Result<TlsRules, CommandError> {
    let ca_file = draft
        .ca_file
        .as_deref()
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    if ca_file.as_ref().is_some_and(|path| !path.is_absolute()) {
        return Err(CommandError::invalid(
            Field::CaFile,
            "The file needs its whole path.",
        ));
    }
    let trusted_certificate = draft
        .trusted_certificate
        .as_deref()
        .map(Fingerprint::from_str)
        .transpose()
        .map_err(|error| CommandError::new(Code::Invalid, error.to_string()))?;
    Ok(TlsRules {
        ca_file,
        trusted_certificate,
    })
}

/// What would be saved, and what speaks against it.
pub(crate) fn review(
    draft: &RegistryDraft,
    id: Option<RegistryId>,
    catalog: &Catalog,
) -> DraftReview {
    let mut review = DraftReview {
        url: None,
        plain_http: false,
        provider: None,
        token_page: None,
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    review_name(draft, id, catalog, &mut review);
    match DevfileUrl::parse(&draft.url) {
        Ok(url) => review_url(draft, &url, id, catalog, &mut review),
        Err(error) => review.errors.push(FieldRemark {
            field: Field::Url,
            message: error.to_string(),
            at: error.at.and_then(|at| u32::try_from(at).ok()),
        }),
    }
    if let Err(error) = check_token(&draft.token) {
        review.errors.push(remark(Field::Token, error.message));
    }
    review
}

fn review_name(
    draft: &RegistryDraft,
    id: Option<RegistryId>,
    catalog: &Catalog,
    review: &mut DraftReview,
) {
    match RegistryName::parse(&draft.name) {
        Ok(name) => {
            let taken = catalog
                .by_name(&name)
                .filter(|record| Some(record.id) != id);
            if let Some(record) = taken {
                review
                    .errors
                    .push(remark(Field::Name, name_taken(record.name.as_str())));
            }
        }
        Err(error) => review.errors.push(FieldRemark {
            field: Field::Name,
            message: error.to_string(),
            at: error.at.and_then(|at| u32::try_from(at).ok()),
        }),
    }
}

fn review_url(
    draft: &RegistryDraft,
    url: &DevfileUrl,
    id: Option<RegistryId>,
    catalog: &Catalog,
    review: &mut DraftReview,
) {
    review.url = Some(url.to_string());
    review.plain_http = url.is_plain_http();
    let same = |address: &Address| address.text() == url.as_str();
    let others = catalog
        .records
        .iter()
        .filter(|record| Some(record.id) != id);
    if let Some(other) = others.clone().find(|record| same(&record.url)) {
        let message = format!("“{}” has the same address. Both can stay.", other.name);
        review.warnings.push(remark(Field::Url, message));
    }
    if url.is_plain_http() && matches!(draft.token, TokenChange::Set { .. }) {
        let message = "The token is kept but not sent: this address is not encrypted.";
        review
            .warnings
            .push(remark(Field::Token, message.to_owned()));
    }
}

/// The sentence for a name that another registry has.
pub(crate) fn name_taken(name: &str) -> String {
    format!("There is already a registry called “{name}”. Choose another name.")
}

fn remark(field: Field, message: String) -> FieldRemark {
    FieldRemark {
        field,
        message,
        at: None,
    }
}
