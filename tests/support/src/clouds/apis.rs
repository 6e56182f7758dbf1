//! What each API answers.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    CLOSED_ROLE, ENDED_KEY, FORBIDDEN_KEY, KEY_SECRET, Now, Seen, UNKNOWN_KEY, WRONG_SECRET,
};

type Reply = (u16, String);

pub(super) fn answer(seen: &Seen, now: &mut Now) -> Reply {
    let path = seen.path.split('?').next().unwrap_or_default();
    let target = seen.header("x-amz-target");
    match (seen.method.as_str(), path) {
        ("POST", "/") if target.ends_with(".GetAuthorizationToken") => ecr(seen, now),
        ("POST", "/") if seen.body.starts_with("Action=AssumeRole") => sts(seen),
        ("GET", "/federation/credentials") => sign_on(seen),
        ("PUT", "/latest/api/token") => (200, "session".to_owned()),
        ("GET", path) if path.starts_with("/latest/meta-data/iam/") => instance(seen, path),
        ("GET", "/container") => container(seen),
        ("POST", "/oauth2/exchange") => exchange(seen, now),
        ("POST", "/token") => google(seen, now),
        ("GET", path) if path.starts_with("/computeMetadata/v1/") => google_instance(seen, now),
        ("GET", "/metadata/identity/oauth2/token") => azure_instance(seen),
        ("POST", path) if path.ends_with("/oauth2/v2.0/token") => entra(seen),
        _ => (404, String::new()),
    }
}

fn aws_error(kind: &str) -> Reply {
    let kind = format!("com.amazonaws.ecr#{kind}");
    (
        400,
        json!({"__type": kind, "message": "as it is"}).to_string(),
    )
}

/// The id of the access key that a request is signed with.
fn key_of(seen: &Seen) -> &str {
    let credential = seen.header("authorization").split("Credential=").nth(1);
    credential
        .and_then(|text| text.split('/').next())
        .unwrap_or_default()
}

fn ecr(seen: &Seen, now: &mut Now) -> Reply {
    match key_of(seen) {
        ENDED_KEY => return aws_error("ExpiredTokenException"),
        FORBIDDEN_KEY => return aws_error("AccessDeniedException"),
        key if key == UNKNOWN_KEY || !key.starts_with('A') => {
            return aws_error("UnrecognizedClientException");
        }
        _ => now.given += 1,
    }
    let token = STANDARD.encode(format!("AWS:ecr-token-{}", now.given));
    let one = json!({
        "authorizationToken": token,
        "expiresAt": now.expires,
        "proxyEndpoint": format!("https://{}", now.registry),
    });
    let public = seen.header("x-amz-target").starts_with("Spencer");
    let data = if public { one } else { json!([one]) };
    (200, json!({ "authorizationData": data }).to_string())
}

fn sts(seen: &Seen) -> Reply {
    let closed = CLOSED_ROLE.replace(':', "%3A").replace('/', "%2F");
    if seen.body.contains(&closed) {
        let text = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                    <Message>not authorized</Message></Error></ErrorResponse>";
        return (403, text.to_owned());
    }
    let text = format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <AssumeRoleResult><AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser><Credentials>\
         <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>{KEY_SECRET}</SecretAccessKey>\
         <SessionToken>of&#61;role</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>\
         </Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    (200, text)
}

fn key(id: &str, session: &str) -> String {
    json!({
        "Version": 1, "Code": "Success", "AccessKeyId": id, "SecretAccessKey": KEY_SECRET,
        session: "of-key", "Expiration": "2100-01-01T00:00:00Z",
    })
    .to_string()
}

fn sign_on(seen: &Seen) -> Reply {
    if seen.header("x-amz-sso_bearer_token") != "sso-token" {
        return (
            401,
            json!({"message": "Session token not found or invalid"}).to_string(),
        );
    }
    let answer = json!({"roleCredentials": {
        "accessKeyId": "ASIASSO", "secretAccessKey": KEY_SECRET, "sessionToken": "of-sso",
        "expiration": 4_102_444_800_000_i64,
    }});
    (200, answer.to_string())
}

fn instance(seen: &Seen, path: &str) -> Reply {
    if seen.header("x-aws-ec2-metadata-token") != "session" {
        return (401, String::new());
    }
    match path.strip_prefix("/latest/meta-data/iam/security-credentials/") {
        Some("") => (200, "the-role".to_owned()),
        Some("the-role") => (200, key("ASIAINSTANCE", "Token")),
        _ => (404, String::new()),
    }
}

fn container(seen: &Seen) -> Reply {
    match seen.header("authorization") {
        "container-token" => (200, key("ASIACONTAINER", "Token")),
        _ => (401, String::new()),
    }
}

fn oauth_error(code: &str) -> Reply {
    let body = json!({"error": code, "error_description": "AADSTS7000215: Invalid client secret"});
    (401, body.to_string())
}

fn bearer(token: &str) -> Reply {
    let body = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token});
    (200, body.to_string())
}

fn entra(seen: &Seen) -> Reply {
    if seen.body.contains(&format!("client_secret={WRONG_SECRET}")) {
        return oauth_error("invalid_client");
    }
    bearer("entra-token")
}

fn azure_instance(seen: &Seen) -> Reply {
    match seen.header("metadata") {
        "true" => {
            let body = json!({"access_token": "entra-token", "expires_in": "3599"});
            (200, body.to_string())
        }
        _ => (400, String::new()),
    }
}

/// Azure's refresh tokens are JSON Web Tokens that say when they end.
fn exchange(seen: &Seen, now: &mut Now) -> Reply {
    if !seen.body.contains("access_token=entra-token") {
        let body = json!({"errors": [{"code": "UNAUTHORIZED", "message": "no access"}]});
        return (401, body.to_string());
    }
    now.given += 1;
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!(
        "{}.{}.c2ln-{}",
        part(json!({"alg": "RS256"})),
        part(json!({"exp": now.expires})),
        now.given
    );
    (200, json!({ "refresh_token": token }).to_string())
}

fn google(seen: &Seen, now: &mut Now) -> Reply {
    if seen.body.contains(&format!("refresh_token={WRONG_SECRET}")) {
        return (400, json!({"error": "invalid_grant"}).to_string());
    }
    google_token(now)
}

fn google_instance(seen: &Seen, now: &mut Now) -> Reply {
    match seen.header("metadata-flavor") {
        "Google" => google_token(now),
        _ => (403, String::new()),
    }
}

fn google_token(now: &mut Now) -> Reply {
    now.given += 1;
    let body = json!({
        "access_token": format!("ya29.token-{}", now.given), "expires_in": 3599,
        "token_type": "Bearer",
    });
    (200, body.to_string())
}
