//! What the host of a private Amazon ECR says.

use crate::ContainerHost;

/// The domains of Amazon ECR, and those of the partition's other services.
const DOMAINS: [(&str, &str); 9] = [
    ("amazonaws.com", "amazonaws.com"),
    ("amazonaws.com.cn", "amazonaws.com.cn"),
    ("amazonaws.eu", "amazonaws.eu"),
    ("on.aws", "amazonaws.com"),
    ("on.amazonwebservices.com.cn", "amazonaws.com.cn"),
    ("sc2s.sgov.gov", "sc2s.sgov.gov"),
    ("c2s.ic.gov", "c2s.ic.gov"),
    ("cloud.adc-e.uk", "cloud.adc-e.uk"),
    ("csp.hci.ic.gov", "csp.hci.ic.gov"),
];

/// The host of a private Amazon ECR, such as `123456789012.dkr.ecr.us-east-1.amazonaws.com`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EcrHost<'a> {
    account: &'a str,
    region: &'a str,
    domain: &'static str,
    services: &'static str,
    fips: bool,
}

impl<'a> EcrHost<'a> {
    /// Understands the usual form, the FIPS and dual-stack forms, and the other partitions. The
    /// whole name counts: what only begins like it is another's.
    pub fn of(host: &'a ContainerHost) -> Option<Self> {
        let (account, rest) = host.as_str().split_once('.')?;
        let service = ["dkr.ecr", "dkr-ecr"];
        let rest = service.iter().find_map(|name| rest.strip_prefix(name))?;
        let (rest, fips) = match rest.strip_prefix("-fips") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (region, domain) = rest.strip_prefix('.')?.split_once('.')?;
        let (domain, services) = DOMAINS.into_iter().find(|(known, _)| domain == *known)?;
        let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        (digits && !region.is_empty()).then_some(Self {
            account,
            region,
            domain,
            services,
            fips,
        })
    }

    /// The account whose registry it is: 12 digits.
    pub fn account(&self) -> &'a str {
        self.account
    }

    /// The region, such as `eu-west-1`: letters, digits and hyphens.
    pub fn region(&self) -> &'a str {
        self.region
    }

    /// The domain of the registry: `amazonaws.com`, `on.aws` and so on.
    pub fn domain(&self) -> &'static str {
        self.domain
    }

    /// The domain of the other services in its partition, such as STS.
    pub fn services(&self) -> &'static str {
        self.services
    }

    /// The host of the API that gives its tokens, as AWS's own libraries compute it.
    pub fn api(&self) -> String {
        let region = self.region;
        let fips = if self.fips { "-fips" } else { "" };
        match self.domain {
            "on.aws" => format!("ecr{fips}.{region}.api.aws"),
            "on.amazonwebservices.com.cn" => {
                format!("ecr{fips}.{region}.api.amazonwebservices.com.cn")
            }
            // America's FIPS hosts have no `api.` before them.
            "amazonaws.com" if self.fips => format!("ecr-fips.{region}.amazonaws.com"),
            domain => format!("api.ecr{fips}.{region}.{domain}"),
        }
    }
}
