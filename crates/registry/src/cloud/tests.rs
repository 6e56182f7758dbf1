use super::*;
use crate::ContainerAddress;

fn host(text: &str) -> ContainerHost {
    ContainerAddress::parse(&format!("https://{text}"))
        .unwrap()
        .host()
        .clone()
}

#[test]
fn an_ecr_host_says_account_region_and_api() {
    for (name, region, api) in [
        (
            "123456789012.dkr.ecr.us-west-2.amazonaws.com",
            "us-west-2",
            "api.ecr.us-west-2.amazonaws.com",
        ),
        (
            "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
            "us-gov-west-1",
            "ecr-fips.us-gov-west-1.amazonaws.com",
        ),
        (
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "cn-north-1",
            "api.ecr.cn-north-1.amazonaws.com.cn",
        ),
        (
            "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
            "eusc-de-east-1",
            "api.ecr.eusc-de-east-1.amazonaws.eu",
        ),
        (
            "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov",
            "us-iso-east-1",
            "api.ecr.us-iso-east-1.c2s.ic.gov",
        ),
        (
            "123456789012.dkr-ecr.eu-west-1.on.aws",
            "eu-west-1",
            "ecr.eu-west-1.api.aws",
        ),
        (
            "123456789012.dkr-ecr-fips.us-east-1.on.aws",
            "us-east-1",
            "ecr-fips.us-east-1.api.aws",
        ),
        (
            "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
            "cn-north-1",
            "ecr.cn-north-1.api.amazonwebservices.com.cn",
        ),
    ] {
        let host = host(name);
        let ecr = EcrHost::of(&host).unwrap();
        assert_eq!(
            (ecr.account(), ecr.region(), ecr.api().as_str()),
            ("123456789012", region, api),
            "{name}"
        );
        assert_eq!(Cloud::of(&host), Some(Cloud::Aws));
    }
}

/// Those of AWS's own helper, and what Anchore takes for an ECR.
#[test]
fn what_looks_like_a_cloud_is_none() {
    for name in [
        "123456789012.dkr.ecr.us-west-2.amazonaws.com.fake.example.com",
        "123456789012.dkr.ecr.us-west-2.amazonaws.com:8443",
        "dkr.ecr.not-real.amazonaws.com",
        "not.ecr.io",
        "public.ecr.aws.fake.example.com",
        "1234567890.dkr.ecr.us-west-2.amazonaws.com",
        "account.dkr.ecr.eu-west-1.aws.amazon.com",
        "123456789012.dkr.ecr.us.west.amazonaws.com",
        "123456789012-dkr.ecr.us-west-2.amazonaws.com",
        "1234567890123.dkr.ecr.us-west-2.amazonaws.com",
        "contoso.azurecr.io.fake.example.com",
        "contoso.azurecr.io:444",
        "azurecr.io",
        "evilgcr.io",
        "gcr.io.fake.example.com",
        "europe-docker.pkg.dev.fake.example.com",
        "evil.example/123456789012.dkr.ecr.us-west-2.amazonaws.com",
    ] {
        assert_eq!(Cloud::of(&host(name)), None, "{name}");
    }
}

#[test]
fn clouds_are_known_by_their_hosts() {
    for (name, cloud) in [
        ("public.ecr.aws", Cloud::Aws),
        ("contoso.azurecr.io", Cloud::Azure),
        ("contoso.azurecr.us", Cloud::Azure),
        ("gcr.io", Cloud::Google),
        ("eu.gcr.io", Cloud::Google),
        ("europe-west1-docker.pkg.dev", Cloud::Google),
    ] {
        assert_eq!(Cloud::of(&host(name)), Some(cloud), "{name}");
    }
}

/// Anchore's cases, with a role that is one.
#[test]
fn a_role_may_have_its_external_id_behind_it() {
    const ARN: &str = "arn:aws:iam::123456789012:role/team/ECR";
    for (typed, external) in [
        (ARN.to_owned(), None),
        (format!("{ARN};"), None),
        (format!("{ARN};0101"), Some("0101")),
        (format!("{ARN};0101;1"), Some("0101")),
        (format!("{ARN};0101;;"), Some("0101")),
    ] {
        let role = AwsRole::parse(&typed, None).unwrap();
        assert_eq!((role.arn(), role.external_id()), (ARN, external), "{typed}");
    }
    let beside = AwsRole::parse(ARN, Some("own")).unwrap();
    assert_eq!(beside.external_id(), Some("own"));
}

#[test]
fn other_texts_are_no_roles() {
    for typed in [
        "",
        "ECR",
        "arn:aws:iam::123456789012:user/me",
        "arn:aws:iam::1234:role/ECR",
        "arn:aws:sts::123456789012:role/ECR",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:role/a b",
        "arn:evil:iam::123456789012:role/a",
    ] {
        assert_eq!(
            AwsRole::parse(typed, None),
            Err(RoleError::NotARole),
            "{typed}"
        );
    }
    let arn = "arn:aws-us-gov:iam::123456789012:role/a";
    assert!(AwsRole::parse(arn, None).is_ok());
    assert_eq!(
        AwsRole::parse(arn, Some("a b")),
        Err(RoleError::BadExternalId)
    );
}

#[test]
fn a_tenant_is_one_part_of_a_path() {
    for text in [
        "72F988BF-86f1-41af-91ab-2d7cd011db47",
        "contoso.onmicrosoft.com",
    ] {
        assert_eq!(CloudSignIn::tenant(text), Ok(text.to_lowercase()));
    }
    for text in ["", "..", "a/b", "a?b", "a..b", "a b", "%2e"] {
        assert_eq!(CloudSignIn::tenant(text), Err(TenantError), "{text}");
    }
}

#[test]
fn every_way_is_read_as_it_is_written() {
    for way in CloudWay::ALL {
        assert_eq!(way.as_str().parse(), Ok(way));
    }
    assert_eq!("aws".parse::<CloudWay>(), Err(CloudWayError));
}
