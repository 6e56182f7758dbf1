//! What a registry asks for with 401: the header `WWW-Authenticate` (RFC 9110, section 11).
//!
//! There may be several headers with several challenges each, and commas stand between challenges
//! as well as between their parameters. Beyond the RFC, values may have a slash without quotes
//! and names may be quoted, because there are registries that do so.

use registrar_net::{HeaderMap, header};

/// The most bytes of one header.
const MAX_HEADER: usize = 16 * 1024;
/// The most challenges, and the most parameters of one.
const MAX_ITEMS: usize = 32;

/// One way to say who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// The scheme in lower case, like `bearer`.
    pub(crate) scheme: String,
    /// Names in lower case, and values without quotes.
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The value of the parameter `name`, given in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The scopes that it asks for.
    pub(crate) fn scopes(&self) -> Vec<String> {
        let scope = self.get("scope").unwrap_or_default();
        scope
            .split_ascii_whitespace()
            .map(ToOwned::to_owned)
            .collect()
    }
}

/// A header that is not what the RFC says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// All challenges of an answer, in order. A malformed header counts only where there is no other.
pub(crate) fn all(headers: &HeaderMap) -> Result<Vec<Challenge>, Malformed> {
    let mut challenges = Vec::new();
    let mut malformed = false;
    for value in headers
        .get_all(header::WWW_AUTHENTICATE)
        .iter()
        .take(MAX_ITEMS)
    {
        match std::str::from_utf8(value.as_bytes()).map(parse) {
            Ok(Ok(found)) => challenges.extend(found),
            Ok(Err(Malformed)) | Err(_) => malformed = true,
        }
    }
    if malformed && challenges.is_empty() {
        return Err(Malformed);
    }
    Ok(challenges)
}

/// A scheme with its parameters.
#[doc(hidden)]
pub type Scheme = (String, Vec<(String, String)>);

/// The schemes of one header; `None` where it is malformed. For the fuzz target alone.
#[doc(hidden)]
#[must_use]
pub fn schemes_of(header: &str) -> Option<Vec<Scheme>> {
    let challenges = parse(header).ok()?.into_iter();
    Some(challenges.map(|one| (one.scheme, one.parameters)).collect())
}

/// The challenges of one header.
fn parse(header: &str) -> Result<Vec<Challenge>, Malformed> {
    if header.len() > MAX_HEADER {
        return Err(Malformed);
    }
    let mut rest = Rest(header);
    let mut challenges: Vec<Challenge> = Vec::new();
    let mut after_comma = true;
    loop {
        after_comma |= rest.skip_commas();
        if rest.0.is_empty() {
            return Ok(challenges);
        }
        let name = rest.word()?.to_ascii_lowercase();
        if rest.take_equals() {
            let value = rest.word()?;
            let challenge = challenges.last_mut().ok_or(Malformed)?;
            challenge.parameters.push((name, value));
            rest.expect_end_of_item()?;
            if challenge.parameters.len() > MAX_ITEMS {
                return Err(Malformed);
            }
        } else if after_comma {
            rest.skip_token68();
            challenges.push(Challenge {
                scheme: name,
                parameters: Vec::new(),
            });
        } else {
            return Err(Malformed);
        }
        after_comma = false;
        if challenges.len() > MAX_ITEMS {
            return Err(Malformed);
        }
    }
}

/// What is still to be read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn skip_spaces(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    /// Skips spaces and commas; says whether there was a comma.
    fn skip_commas(&mut self) -> bool {
        let rest = self.0.trim_start_matches([' ', '\t', ',']);
        let skipped = &self.0[..self.0.len() - rest.len()];
        self.0 = rest;
        skipped.contains(',')
    }

    /// An equals sign with spaces around it.
    fn take_equals(&mut self) -> bool {
        self.skip_spaces();
        let Some(rest) = self.0.strip_prefix('=') else {
            return false;
        };
        self.0 = rest;
        self.skip_spaces();
        true
    }

    fn expect_end_of_item(&mut self) -> Result<(), Malformed> {
        self.skip_spaces();
        if self.0.is_empty() || self.0.starts_with(',') {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    /// Skips a single blob after a scheme, as Negotiate has one.
    fn skip_token68(&mut self) {
        self.skip_spaces();
        let end = self.0.find(',').unwrap_or(self.0.len());
        let item = self.0[..end].trim_end();
        let blob = item.trim_end_matches('=');
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b);
        if !blob.is_empty() && blob.bytes().all(plain) {
            self.0 = &self.0[end..];
        }
    }

    /// A word, with quotes or without.
    fn word(&mut self) -> Result<String, Malformed> {
        if let Some(rest) = self.0.strip_prefix('"') {
            self.0 = rest;
            return self.quoted();
        }
        let end = self.0.find([' ', '\t', ',', '=', '"', '\\']);
        let (word, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        if word.is_empty() || word.contains(char::is_control) {
            return Err(Malformed);
        }
        Ok(word.to_owned())
    }

    /// What stands before the closing quote.
    fn quoted(&mut self) -> Result<String, Malformed> {
        let mut word = String::new();
        let mut chars = self.0.chars();
        loop {
            match chars.next().ok_or(Malformed)? {
                '"' => break,
                '\\' => word.push(chars.next().ok_or(Malformed)?),
                c => word.push(c),
            }
        }
        self.0 = chars.as_str();
        Ok(word)
    }
}

#[cfg(test)]
mod tests;
