//! Signature Version 4: how AWS wants its requests signed.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use registrar_net::{HeaderMap, Method};
use registrar_registry::Secret;
use ring::{digest, hmac};
use url::{Position, Url};

use super::keys::AccessKey;
use crate::wire::{put, put_secret};

/// The name of the way.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What is signed beside the request, and by whom.
pub(crate) struct Signing<'a> {
    pub(crate) key: &'a AccessKey,
    pub(crate) region: &'a str,
    /// The service's name, such as `ecr`.
    pub(crate) service: &'a str,
    pub(crate) at: Timestamp,
}

impl Signing<'_> {
    /// Adds the signature and what belongs to it to the `headers` of a request to `url`, which has
    /// no query. All headers that are there already are signed.
    pub(crate) fn sign(&self, method: &Method, url: &Url, body: &[u8], headers: &mut HeaderMap) {
        let moment = self
            .at
            .to_zoned(TimeZone::UTC)
            .strftime("%Y%m%dT%H%M%SZ")
            .to_string();
        put(headers, "x-amz-date", &moment);
        if let Some(session) = &self.key.session {
            put_secret(headers, "x-amz-security-token", session.expose());
        }
        let (listed, names) = canonical(headers, &url[Position::BeforeHost..Position::AfterPort]);
        let request = format!(
            "{method}\n{}\n\n{listed}\n{names}\n{}",
            url.path(),
            hex(digest::digest(&digest::SHA256, body).as_ref())
        );
        let scope = self.scope(&moment);
        let request = digest::digest(&digest::SHA256, request.as_bytes());
        let text = format!("{ALGORITHM}\n{moment}\n{scope}\n{}", hex(request.as_ref()));
        let signature = hex(self.mac(&moment[..8], &text).as_ref());
        let authorization = format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.key.id
        );
        put_secret(headers, "authorization", authorization.as_bytes());
    }

    fn scope(&self, moment: &str) -> String {
        let (day, region, service) = (&moment[..8], self.region, self.service);
        format!("{day}/{region}/{service}/aws4_request")
    }

    /// Signs `text` with the key of the `day`, the region and the service.
    fn mac(&self, day: &str, text: &str) -> hmac::Tag {
        let first = Secret::new([b"AWS4", self.key.secret.expose()].concat());
        let step = |key: &[u8], text: &str| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
        };
        let of_day = step(first.expose(), day);
        let of_region = step(of_day.as_ref(), self.region);
        let of_service = step(of_region.as_ref(), self.service);
        let key = step(of_service.as_ref(), "aws4_request");
        step(key.as_ref(), text)
    }
}

/// The headers one a line, with the host, and their names; sorted.
fn canonical(headers: &HeaderMap, host: &str) -> (String, String) {
    let mut all: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes().trim_ascii()))
        .chain([("host", host.as_bytes())])
        .collect();
    all.sort_unstable();
    let lines = all.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value);
        format!("{name}:{value}\n")
    });
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    (lines.collect(), names.join(";"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example credentials of AWS's own test suite.
    fn key(session: Option<&str>) -> AccessKey {
        AccessKey {
            id: "AKIDEXAMPLE".to_owned(),
            secret: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session: session.map(Secret::new),
            expires: None,
        }
    }

    struct Vector {
        method: &'static str,
        url: &'static str,
        service: &'static str,
        headers: &'static [(&'static str, &'static str)],
        session: Option<&'static str>,
        body: &'static str,
        signed: &'static str,
        signature: &'static str,
    }

    const ECR: &[(&str, &str)] = &[
        ("content-type", "application/x-amz-json-1.1"),
        (
            "x-amz-target",
            "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
        ),
    ];

    const VECTORS: [Vector; 5] = [
        // `get-vanilla` of AWS's test suite.
        Vector {
            method: "GET",
            url: "https://example.amazonaws.com/",
            service: "service",
            headers: &[],
            session: None,
            body: "",
            signed: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        },
        Vector {
            method: "POST",
            url: "https://api.ecr.us-east-1.amazonaws.com/",
            service: "ecr",
            headers: ECR,
            session: None,
            body: r#"{"registryIds":["123456789012"]}"#,
            signed: "content-type;host;x-amz-date;x-amz-target",
            signature: "a319693d5b44a9df7eaed9d9b1e9035b22ef7839621896473f27d5e9f4cc060d",
        },
        Vector {
            method: "POST",
            url: "https://api.ecr.us-east-1.amazonaws.com/",
            service: "ecr",
            headers: ECR,
            session: None,
            body: "{}",
            signed: "content-type;host;x-amz-date;x-amz-target",
            signature: "527a2155e9afc2426cb4c659023df9c031e8103458f349819615ff25111f5de0",
        },
        Vector {
            method: "POST",
            url: "https://api.ecr.us-east-1.amazonaws.com/",
            service: "ecr",
            headers: ECR,
            session: Some("SESSIONTOKEN"),
            body: r#"{"registryIds":["123456789012"]}"#,
            signed: "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
            signature: "39f980cdcd30cc6c82075670cda53a512213d83321de19fc2c2a660dcf7db9cd",
        },
        Vector {
            method: "POST",
            url: "https://sts.us-east-1.amazonaws.com/",
            service: "sts",
            headers: &[(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            )],
            session: None,
            body: "Action=AssumeRole&Version=2011-06-15\
                       &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FECR\
                       &RoleSessionName=s1&ExternalId=x1",
            signed: "content-type;host;x-amz-date",
            signature: "738f6e4f32ba8e3ba4bfea72cb4e4d78ab921bde7658a1903ca64b879ac093c5",
        },
    ];

    #[test]
    fn signs_as_aws_does() {
        for vector in VECTORS {
            let mut headers = HeaderMap::new();
            for (name, value) in vector.headers {
                put(&mut headers, name, value);
            }
            let key = key(vector.session);
            let signing = Signing {
                key: &key,
                region: "us-east-1",
                service: vector.service,
                at: "2015-08-30T12:36:00Z".parse().unwrap(),
            };
            let url = Url::parse(vector.url).unwrap();
            let method = vector.method.parse().unwrap();
            signing.sign(&method, &url, vector.body.as_bytes(), &mut headers);
            let service = vector.service;
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, \
                 SignedHeaders={}, Signature={}",
                vector.signed, vector.signature
            );
            assert_eq!(headers["authorization"], expected);
            assert!(headers["authorization"].is_sensitive());
        }
    }
}
