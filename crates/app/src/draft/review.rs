//! What speaks against a draft, and what is worth knowing, while the person types.

use jiff::Zoned;
use registrar_catalog::{Address, Catalog, Record};
use registrar_registry::{Cloud, ContainerAddress, DevfileUrl, Provider, RegistryName};

use super::container::{self, default_user, objections, pasted};
use super::token::{check_sendable, check_token};
use super::{expires, name, will_have_token};
use crate::wire::{
    CommandError, ContainerDraft, DraftReview, Field, FieldRemark, Kind, RegistryDraft, TokenChange,
};

/// A draft, what it would change, and what else there is.
struct Reviewed<'a> {
    draft: &'a RegistryDraft,
    /// The registry that the form edits, as it is stored.
    old: Option<&'a Record>,
    catalog: &'a Catalog,
    review: DraftReview,
}

/// What would be saved, and what speaks against it. `old`: the registry that the form edits.
pub(crate) fn review(
    draft: &RegistryDraft,
    old: Option<&Record>,
    catalog: &Catalog,
) -> DraftReview {
    let review = DraftReview {
        url: None,
        plain_http: false,
        provider: None,
        cloud: None,
        token_page: None,
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    let mut reviewed = Reviewed {
        draft,
        old,
        catalog,
        review,
    };
    match draft.kind {
        Kind::Devfile => reviewed.devfile(),
        Kind::Container => reviewed.container(),
        Kind::Source => {}
    }
    reviewed.day();
    reviewed.review
}

impl Reviewed<'_> {
    fn devfile(&mut self) {
        let typed = RegistryName::parse(&self.draft.name);
        match typed {
            Ok(name) => self.name(&name),
            Err(error) => self.error_at(Field::Name, error.to_string(), error.at),
        }
        match DevfileUrl::parse(&self.draft.url) {
            Ok(url) => self.devfile_url(url),
            Err(error) => self.error_at(Field::Url, error.to_string(), error.at),
        }
        let token = check_token(&self.draft.token).and_then(|()| check_sendable(&self.draft.token));
        self.object(token);
    }

    fn devfile_url(&mut self, url: DevfileUrl) {
        self.review.url = Some(url.to_string());
        self.review.plain_http = url.is_plain_http();
        let unsent = url.is_plain_http() && matches!(self.draft.token, TokenChange::Set { .. });
        if let Some(other) = self.same_address(&Address::Devfile(url)) {
            let message = format!("“{other}” has the same address. Both can stay.");
            self.warn(Field::Url, message);
        }
        if unsent {
            let message = "The token is kept but not sent: this address is not encrypted.";
            self.warn(Field::Token, message);
        }
    }

    fn container(&mut self) {
        let pasted = pasted(self.draft);
        let address = pasted.as_ref().ok().map(|pasted| pasted.address.clone());
        self.review.plain_http = pasted.as_ref().is_ok_and(|pasted| pasted.plain_http);
        self.object(pasted.map(drop));
        self.object(check_token(&self.draft.token));
        let has_token = will_have_token(self.draft, self.old.is_some_and(|old| old.token));
        let provider = address.as_ref().map(|address| Provider::of(address.host()));
        for error in objections(self.draft, address.as_ref(), has_token) {
            self.object(Err(error));
        }
        self.container_name(address.as_ref());
        self.provided_by(address.as_ref(), provider);
        self.credential(provider, has_token);
        if let Some(address) = address {
            self.container_address(address);
        }
    }

    fn container_address(&mut self, address: ContainerAddress) {
        self.review.url = Some(address.to_string());
        if is_image(&self.draft.url, &address) {
            let host = address.host();
            let message = format!(
                "That is an image. Saved is {address}: for this repository and what is below it. \
                 For the whole registry, write {host}."
            );
            self.warn(Field::Url, message);
        }
        if let Some(other) = self.same_address(&Address::Container(address)) {
            let message = format!(
                "“{other}” has the same address, and only one of the two is used for its images. \
                 Add a path to tell two accounts apart, like ghcr.io/my-team."
            );
            self.warn(Field::Url, message);
        }
    }

    /// An empty name is none to complain of where the address gives one.
    fn container_name(&mut self, address: Option<&ContainerAddress>) {
        if self.draft.name.trim().is_empty() {
            let named = address.map(|address| Address::Container(address.clone()));
            let named = named.map(|address| name(self.draft, &address));
            if let Some(Ok(name)) = named {
                self.name(&name);
            }
            return;
        }
        match RegistryName::parse(&self.draft.name) {
            Ok(name) => self.name(&name),
            Err(error) => self.error_at(Field::Name, error.to_string(), error.at),
        }
    }

    fn provided_by(&mut self, address: Option<&ContainerAddress>, detected: Option<Provider>) {
        self.review.provider = detected.map(Into::into);
        let cloud = address.and_then(|address| Cloud::of(address.host()));
        self.review.cloud = cloud.map(Into::into);
        let provider = self.chosen_provider().or(detected);
        let page =
            provider.and_then(|provider| provider.token_page(address.map(ContainerAddress::host)));
        self.review.token_page = page.map(Into::into);
    }

    fn chosen_provider(&self) -> Option<Provider> {
        let form = self.draft.container.as_ref()?;
        form.provider.map(Provider::from)
    }

    /// What becomes of user and token.
    fn credential(&mut self, detected: Option<Provider>, has_token: bool) {
        let none = ContainerDraft::default();
        let form = self.draft.container.as_ref().unwrap_or(&none);
        let user = container::user(form).ok().flatten();
        if form.cloud.is_some() {
            return;
        }
        if !has_token {
            if user.is_some() {
                let message = "Without a password or token, nobody is signed in: the user is kept \
                               but not used.";
                self.warn(Field::User, message);
            }
            return;
        }
        let (insecure, http) = (form.insecure, self.draft.allow_http);
        let provider = self.chosen_provider().or(detected);
        self.filled_in(user.is_none(), provider);
        if http {
            let message = "User and password go to this registry unencrypted: anybody on the way \
                           can read them.";
            self.warn(Field::Token, message);
        } else if insecure {
            let message = "Certificates are not verified: whoever pretends to be this registry \
                           gets user and password.";
            self.warn(Field::Token, message);
        }
        if ends_with_line_break(&self.draft.token) {
            let message = "The token ends with a line break, which is part of it. If it was copied \
                           along, remove it.";
            self.warn(Field::Token, message);
        }
    }

    /// Says which user is saved where none was typed.
    fn filled_in(&mut self, no_user: bool, provider: Option<Provider>) {
        let token = match &self.draft.token {
            TokenChange::Set { token } => Some(token),
            TokenChange::Keep | TokenChange::Remove => None,
        };
        let user = provider.and_then(|provider| default_user(provider, token));
        if let Some(user) = user.filter(|_| no_user) {
            let message = format!("The user will be {user}, as this provider wants it.");
            self.warn(Field::User, message);
        }
    }

    fn name(&mut self, name: &RegistryName) {
        let taken = self.catalog.by_name(name);
        if let Some(record) = taken.filter(|record| !self.is_edited(record)) {
            let message = name_taken(record.name.as_str());
            self.error_at(Field::Name, message, None);
        }
    }

    fn day(&mut self) {
        match expires(self.draft) {
            Ok(Some(day)) if day < Zoned::now().date() => {
                self.warn(Field::Expires, "This day has passed.");
            }
            Ok(_) => {}
            Err(error) => self.object(Err(error)),
        }
    }

    /// The name of another registry with this address.
    fn same_address(&self, address: &Address) -> Option<String> {
        let mut records = self.catalog.records.iter();
        let other = records.find(|record| record.url == *address && !self.is_edited(record));
        other.map(|record| record.name.to_string())
    }

    fn is_edited(&self, record: &Record) -> bool {
        self.old.is_some_and(|old| old.id == record.id)
    }

    fn object(&mut self, outcome: Result<(), CommandError>) {
        let Err(error) = outcome else { return };
        let message = match &error.hint {
            Some(hint) => format!("{} {hint}", error.message),
            None => error.message,
        };
        if let Some(field) = error.field {
            self.error_at(field, message, None);
        }
    }

    fn error_at(&mut self, field: Field, message: String, at: Option<usize>) {
        self.review.errors.push(FieldRemark {
            field,
            message,
            at: at.and_then(|at| u32::try_from(at).ok()),
        });
    }

    fn warn(&mut self, field: Field, message: impl Into<String>) {
        self.review.warnings.push(FieldRemark {
            field,
            message: message.into(),
            at: None,
        });
    }
}

/// Whether an image was pasted, with its tag or digest, which a registry's address has not.
fn is_image(typed: &str, address: &ContainerAddress) -> bool {
    let last = typed.trim_end().rsplit('/').next().unwrap_or_default();
    address.path().is_some() && last.contains([':', '@'])
}

fn ends_with_line_break(token: &TokenChange) -> bool {
    matches!(token, TokenChange::Set { token } if token.expose().ends_with(b"\n"))
}

/// The sentence for a name that another registry has.
pub(crate) fn name_taken(name: &str) -> String {
    format!("There is already a registry called “{name}”. Choose another name.")
}
