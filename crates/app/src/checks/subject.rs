//! What the outcome of a check depends on, and the tests of drafts that are remembered by it.

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;

use parking_lot::Mutex;
use registrar_catalog::{Address, ContainerOptions, Record};
use registrar_registry::TlsRules;
use url::Url;

use crate::draft::Place;
use crate::wire::{CheckReport, TokenChange};

/// How many tests of drafts are remembered.
const TESTS_KEPT: usize = 8;

/// The last tests of drafts, each of which may become a registry's first report.
#[derive(Default)]
pub(crate) struct Tests {
    tests: Mutex<VecDeque<Test>>,
    // Keyed anew in every run, so that it says nothing about a token to anybody else.
    hasher: RandomState,
}

struct Test {
    name: String,
    subject: Subject,
    report: CheckReport,
}

/// What a test depends on: the test counts only for a draft with the same subject.
#[derive(PartialEq, Eq)]
pub(super) struct Subject {
    place: String,
    /// A keyed hash of the token, `None` without a new one.
    token: Option<u64>,
}

/// All that a check of the record depends on, save the token itself.
pub(crate) fn stamp(record: &Record) -> String {
    let token = if record.token { "token" } else { "" };
    let user = record.user.as_deref().unwrap_or_default();
    let (tls, options) = (&record.tls, &record.container);
    let place = place(&record.url, user, record.allow_http, tls, options);
    format!("{place}\n{token}")
}

fn place(
    address: &Address,
    user: &str,
    allow_http: bool,
    tls: &TlsRules,
    options: &ContainerOptions,
) -> String {
    let path = |path: &Path| path.display().to_string();
    let mut said = vec![
        address.text().into_owned(),
        tls.ca_file.as_deref().map(path).unwrap_or_default(),
        tls.trusted_certificate
            .map(|sha256| sha256.to_string())
            .unwrap_or_default(),
    ];
    // The others have neither, or say it in their address.
    if matches!(address, Address::Container(_)) {
        let files = options.client_certificate.as_ref();
        let server = options.token_server.as_ref();
        said.extend([
            user.to_owned(),
            format!("http {allow_http}"),
            format!("insecure {}", options.insecure),
            files.map(|f| path(&f.certificate)).unwrap_or_default(),
            files.map(|f| path(&f.key)).unwrap_or_default(),
            server.map(Url::to_string).unwrap_or_default(),
            options
                .cloud
                .as_ref()
                .map(|cloud| format!("{cloud:?}"))
                .unwrap_or_default(),
        ]);
    }
    said.join("\n")
}

impl Tests {
    pub(super) fn subject(&self, found: &Place, token: &TokenChange) -> Subject {
        let token = match token {
            TokenChange::Set { token } => Some(self.hasher.hash_one(token.expose())),
            TokenChange::Keep | TokenChange::Remove => None,
        };
        let user = found.user.as_deref().unwrap_or_default();
        let (address, tls) = (&found.address, &found.tls);
        let place = place(address, user, found.allow_http, tls, &found.container);
        Subject { place, token }
    }

    pub(super) fn remember(&self, name: &str, subject: Subject, report: &CheckReport) {
        let mut tests = self.tests.lock();
        tests.push_back(Test {
            name: name.to_owned(),
            subject,
            report: report.clone(),
        });
        if tests.len() > TESTS_KEPT {
            tests.pop_front();
        }
    }

    pub(super) fn recall(&self, name: &str, subject: &Subject) -> Option<CheckReport> {
        let tests = self.tests.lock();
        let found = tests
            .iter()
            .rev()
            .find(|test| test.name == name && test.subject == *subject);
        found.map(|test| test.report.clone())
    }
}
