use proptest::prelude::*;

use super::*;

/// The scheme, and the parameters as `name=value` with `|` between them.
fn shown(header: &str) -> Vec<String> {
    let challenges = parse(header).expect(header);
    let shown = challenges.iter().map(|challenge| {
        let parameters = challenge.parameters.iter();
        let parameters: Vec<_> = parameters.map(|(n, v)| format!("{n}={v}")).collect();
        format!("{} {}", challenge.scheme, parameters.join("|"))
            .trim()
            .to_owned()
    });
    shown.collect()
}

#[test]
fn understands_what_registries_ask() {
    let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:docker/docker:pull""#;
    let hub_shown = "bearer realm=https://auth.docker.io/token|service=registry.docker.io|scope=repository:docker/docker:pull";
    let both = format!(r#"{hub}, Basic realm="GitHub Package Registry""#);
    for (header, expected) in [
        (hub, vec![hub_shown]),
        (
            r#"Basic realm="GitHub Package Registry""#,
            vec!["basic realm=GitHub Package Registry"],
        ),
        (
            r#"BaSiC ReAlM="Case insensitive key""#,
            vec!["basic realm=Case insensitive key"],
        ),
        ("Basic realm=unquoted", vec!["basic realm=unquoted"]),
        ("Basic realm=/", vec!["basic realm=/"]),
        (
            r#"Basic realm="Dev", charset="UTF-8""#,
            vec!["basic realm=Dev|charset=UTF-8"],
        ),
        (r#""Basic" "realm"=/"#, vec!["basic realm=/"]),
        (
            &both,
            vec![hub_shown, "basic realm=GitHub Package Registry"],
        ),
        (
            r#"Bearer realm="a",scope="repository:a:pull,push""#,
            vec!["bearer realm=a|scope=repository:a:pull,push"],
        ),
        // GitLab asks on another host, Gitea for everything.
        (
            r#"Bearer realm="https://gitlab.com/jwt/auth",service="container_registry""#,
            vec!["bearer realm=https://gitlab.com/jwt/auth|service=container_registry"],
        ),
        (
            r#"Bearer realm="https://gitea.example/v2/token",service="container_registry",scope="*""#,
            vec!["bearer realm=https://gitea.example/v2/token|service=container_registry|scope=*"],
        ),
        (
            r#"Bearer realm="a",error="insufficient_scope",scope="registry:catalog:*""#,
            vec!["bearer realm=a|error=insufficient_scope|scope=registry:catalog:*"],
        ),
        (
            r#"Basic realm="a \"b\" \\""#,
            vec![r#"basic realm=a "b" \"#],
        ),
        (
            r#"Negotiate, , Basic realm = "x" ,"#,
            vec!["negotiate", "basic realm=x"],
        ),
        (
            "Negotiate YIIB==, Basic realm=x",
            vec!["negotiate", "basic realm=x"],
        ),
        ("", vec![]),
    ] {
        assert_eq!(shown(header), expected, "{header}");
    }
}

#[test]
fn refuses_what_could_mean_anything() {
    for header in [
        r#"Basic realm="Dev" charset="UTF-8""#,
        r#"Basic realm="Dev"#,
        r#"Basic realm="Dev\"#,
        r"Basic realm=Dev\",
        r"Basic \",
        "realm=x",
        "=",
        "Basic realm=a b",
        &format!("Basic realm={}", "x".repeat(MAX_HEADER)),
        &"Basic,".repeat(MAX_ITEMS + 1),
        &format!("Basic {}", "a=b,".repeat(MAX_ITEMS + 1)),
    ] {
        assert_eq!(parse(header), Err(Malformed), "{header:.60}");
    }
}

#[test]
fn a_malformed_header_does_not_hide_another() {
    let mut headers = HeaderMap::new();
    for value in ["Basic realm=\"x", "Bearer realm=\"https://a/token\""] {
        headers.append(header::WWW_AUTHENTICATE, value.parse().unwrap());
    }
    let found = all(&headers).unwrap();
    assert_eq!(found[0].get("realm"), Some("https://a/token"));
    headers.remove(header::WWW_AUTHENTICATE);
    assert_eq!(all(&headers), Ok(vec![]));
    headers.append(header::WWW_AUTHENTICATE, "Basic realm=\"x".parse().unwrap());
    assert_eq!(all(&headers), Err(Malformed));
}

proptest! {
    #[test]
    fn no_header_is_too_strange(header in ".{0,200}") {
        let _ = parse(&header);
    }

    #[test]
    fn no_header_that_is_almost_right_is_too_strange(header in "[ab ,=\"\\\\/]{0,40}") {
        let _ = parse(&header);
    }

    #[test]
    fn quoting_keeps_every_value(value in "[ -~]{0,40}") {
        let quoted = value.replace('\\', r"\\").replace('"', "\\\"");
        let found = parse(&format!("Bearer realm=\"{quoted}\", scope=\"x\"")).unwrap();
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].get("realm"), Some(value.as_str()));
        prop_assert_eq!(found[0].get("scope"), Some("x"));
    }
}
