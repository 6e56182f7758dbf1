use super::*;
use crate::{ContainerAddress, ContainerHost};

fn host(text: &str) -> ContainerHost {
    ContainerAddress::parse(text).expect(text).host().clone()
}

fn of(text: &str) -> Provider {
    Provider::of(&host(text))
}

fn page(provider: Provider, text: &str) -> Option<String> {
    provider.token_page(Some(&host(text))).map(String::from)
}

#[test]
fn services_are_known_by_their_hosts() {
    use Provider as P;
    for (text, expected) in [
        ("docker.io", P::DockerHub),
        ("https://index.docker.io/v1/", P::DockerHub),
        ("registry-1.docker.io", P::DockerHub),
        ("GHCR.io/org/app", P::Ghcr),
        ("quay.io", P::Quay),
        ("registry.gitlab.com/group/project", P::Gitlab),
        ("public.ecr.aws", P::EcrPublic),
        ("ecr-public.aws.com", P::EcrPublic),
        ("gcr.io/project", P::Google),
        ("us.gcr.io", P::Google),
        ("europe-west1-docker.pkg.dev/project/repository", P::Google),
        ("us-docker.pkg.dev", P::Google),
        ("contoso.azurecr.io", P::Acr),
        ("contoso.azurecr.cn", P::Acr),
        ("contoso.azurecr.us", P::Acr),
        ("acme.jfrog.io", P::Jfrog),
        ("registry.digitalocean.com/acme", P::DigitalOcean),
        ("codeberg.org", P::Gitea),
        ("gitea.com", P::Gitea),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn ones_own_servers_are_guessed_by_how_they_are_called() {
    use Provider as P;
    for (text, expected) in [
        ("harbor.example.com", P::Harbor),
        ("harbor.example.com:8443", P::Harbor),
        ("harbor", P::Harbor),
        ("gitlab.example.com:5050", P::Gitlab),
        ("registry.gitlab.example.com", P::Gitlab),
        ("quay.example.com", P::Quay),
        ("gitea.example.com", P::Gitea),
        ("forgejo.example.com:3000", P::Gitea),
        ("artifactory.example.com", P::Jfrog),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn nobody_elses_host_is_taken_for_a_services() {
    for text in [
        "registry.example.com",
        "localhost:5000",
        "10.0.0.7:5000",
        "[::1]:5000",
        "docker.io.evil.example",
        "docker.io:5000",
        "ghcr.io.evil.example",
        "myghcr.io",
        "notgcr.io",
        "gcr.io.evil.example",
        "contoso.azurecr.io.evil.example",
        "azurecr.io",
        "pkg.dev",
        "docker.pkg.dev.evil.example",
        "jfrog.io",
        "myharbor.example.com",
        "registry.example.com/harbor",
        "public.ecr.aws.fake.example.com",
        "public.ecr.aws:8443",
        "not.ecr.io",
    ] {
        assert_eq!(of(text), Provider::Generic, "{text}");
    }
}

#[test]
fn amazons_private_registries_are_known_by_the_whole_name() {
    for text in [
        "123456789012.dkr.ecr.us-east-1.amazonaws.com",
        "https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/blah/blah",
        "123456789012.dkr.ecr.us-west-2.amazonaws.com/my_app_image",
        "http://123456789012.dkr.ecr.us-west-2.amazonaws.com/my_app_image:latest",
        "210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/foo",
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
        "123456789012.dkr-ecr.us-west-2.on.aws",
        "123456789012.dkr-ecr-fips.us-gov-east-1.on.aws",
        "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
        "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
        "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov",
        "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
        "123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
        "123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
    ] {
        assert_eq!(of(text), Provider::Ecr, "{text}");
    }
    for text in [
        "123456789012.dkr.ecr.us-west-2.amazonaws.com.fake.example.com",
        "1.dkr.ecr.x.amazonaws.com.evil.example",
        "dkr.ecr.not-real.amazonaws.com",
        "account.dkr.ecr.eu-west-1.aws.amazon.com",
        "1234567890.dkr.ecr.us-west-2.amazonaws.com",
        "1234567890123.dkr.ecr.us-west-2.amazonaws.com",
        "12345678901a.dkr.ecr.us-west-2.amazonaws.com",
        "123456789012.dkr.ecr.amazonaws.com",
        "123456789012.dkr.ecr.us-west-2.evil.amazonaws.com",
        "x.123456789012.dkr.ecr.us-west-2.amazonaws.com",
        "123456789012.dkr.ecrs.us-west-2.amazonaws.com",
        "123456789012.dkr.ecr.us-west-2.amazonaws.com:8443",
        "123456789012.dkr.ecr.us-west-2.on.aws.example",
    ] {
        assert_eq!(of(text), Provider::Generic, "{text}");
    }
}

#[test]
fn leads_to_where_tokens_are_made() {
    let gitlab = "/-/user_settings/personal_access_tokens?name=Registrar&scopes=read_registry";
    for (text, expected) in [
        (
            "docker.io",
            "https://app.docker.com/settings/personal-access-tokens".to_owned(),
        ),
        (
            "ghcr.io/org",
            "https://github.com/settings/tokens/new?scopes=read:packages&description=Registrar"
                .to_owned(),
        ),
        ("quay.io/org", "https://quay.io/organization".to_owned()),
        (
            "quay.example.com:8443",
            "https://quay.example.com:8443/organization".to_owned(),
        ),
        ("registry.gitlab.com", format!("https://gitlab.com{gitlab}")),
        (
            "gitlab.example.com:5050",
            format!("https://gitlab.example.com{gitlab}"),
        ),
        (
            "registry.gitlab.example.com",
            format!("https://gitlab.example.com{gitlab}"),
        ),
        (
            "harbor.example.com:8443/team",
            "https://harbor.example.com:8443/harbor/projects".to_owned(),
        ),
        ("harbor", "https://harbor/harbor/projects".to_owned()),
        (
            "acme.jfrog.io",
            "https://acme.jfrog.io/ui/user_profile".to_owned(),
        ),
        (
            "codeberg.org",
            "https://codeberg.org/user/settings/applications".to_owned(),
        ),
        (
            "registry.digitalocean.com",
            "https://cloud.digitalocean.com/account/api/tokens".to_owned(),
        ),
    ] {
        assert_eq!(page(of(text), text), Some(expected), "{text}");
    }
}

#[test]
fn leads_to_the_console_of_ones_own_cloud() {
    use Provider as P;
    for (text, beginning) in [
        ("gcr.io", "https://console.cloud.google.com/"),
        ("public.ecr.aws", "https://console.aws.amazon.com/iam/"),
        ("contoso.azurecr.io", "https://portal.azure.com/"),
        ("contoso.azurecr.cn", "https://portal.azure.cn/"),
        ("contoso.azurecr.us", "https://portal.azure.us/"),
        (
            "123456789012.dkr.ecr.us-east-1.amazonaws.com",
            "https://console.aws.amazon.com/iam/",
        ),
        (
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "https://console.amazonaws.cn/iam/",
        ),
        (
            "123456789012.dkr-ecr.us-gov-west-1.on.aws",
            "https://console.amazonaws-us-gov.com/iam/",
        ),
    ] {
        let page = page(of(text), text).unwrap_or_default();
        assert!(page.starts_with(beginning), "{text}: {page}");
    }
    assert_eq!(page(P::Generic, "registry.example.com"), None);
    // Where GitLab itself is cannot be told from this name, nor is that console for everybody.
    assert_eq!(page(P::Gitlab, "registry.example.com"), None);
    let secret = "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov";
    assert_eq!(page(P::Ecr, secret), None);
}

#[test]
fn a_preset_leads_there_before_there_is_a_host() {
    for provider in Provider::ALL {
        let page = provider.token_page(None);
        let own_servers = [Provider::Harbor, Provider::Jfrog, Provider::Gitea];
        let nowhere = own_servers.contains(&provider) || provider == Provider::Generic;
        assert_eq!(page.is_none(), nowhere, "{provider}");
        assert!(page.is_none_or(|page| page.scheme() == "https"));
        if let Some(own) = provider.registry_host() {
            assert_eq!(of(own), provider);
            assert_eq!(
                provider.token_page(Some(&host(own))),
                provider.token_page(None)
            );
        }
    }
}

#[test]
fn its_name_is_understood_again() {
    for provider in Provider::ALL {
        assert_eq!(provider.as_str().parse(), Ok(provider));
    }
    let error = "dockerhub".parse::<Provider>().expect_err("no provider");
    for provider in Provider::ALL {
        assert!(error.to_string().contains(provider.as_str()), "{provider}");
    }
}
