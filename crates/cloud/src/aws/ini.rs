//! The files `~/.aws/config` and `~/.aws/credentials`.

use std::collections::HashMap;

/// The values of one section by their keys, which are in lower case.
pub(crate) type Section = HashMap<String, String>;

/// The sections of `text` by their names. Of a section or key that comes twice, what comes later
/// counts. What is indented below a key belongs to it, and nothing here needs it.
pub fn sections(text: &str) -> HashMap<String, Section> {
    let mut sections: HashMap<String, Section> = HashMap::new();
    let mut current = None;
    for line in text.lines() {
        let indented = line.starts_with([' ', '\t']);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = header(line) {
            sections.entry(name.clone()).or_default();
            current = Some(name);
        } else if let (Some(name), Some((key, value)), false) =
            (&current, line.split_once('='), indented)
        {
            let section = sections.entry(name.clone()).or_default();
            section.insert(key.trim().to_lowercase(), without_remark(value).to_owned());
        }
    }
    sections
}

/// The name in `[name]`, with single spaces between its words and no quotes.
fn header(line: &str) -> Option<String> {
    let name = line.strip_prefix('[')?.split(']').next()?;
    let words: Vec<&str> = name.split_whitespace().collect();
    Some(words.join(" ").replace(['"', '\''], ""))
}

/// A remark begins after a space.
fn without_remark(value: &str) -> &str {
    let ends = [" #", " ;", "\t#", "\t;"];
    let end = ends.iter().filter_map(|mark| value.find(mark)).min();
    value[..end.unwrap_or(value.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_aws_tools_write() {
        let text = "# remark\n[default]\nregion = eu-west-1 ; remark\n\n[profile  \"dev\"]\n\
                    Role_Arn=arn:aws:iam::1:role/x\ns3 =\n  max_requests = 2\n; remark\nempty =\n\
                    [sso-session corp]\nsso_start_url = https://corp.awsapps.com/start#/\n";
        let found = sections(text);
        assert_eq!(found["default"]["region"], "eu-west-1");
        assert_eq!(found["profile dev"]["role_arn"], "arn:aws:iam::1:role/x");
        assert!(!found["profile dev"].contains_key("max_requests"));
        assert_eq!(found["profile dev"]["empty"], "");
        assert_eq!(
            found["sso-session corp"]["sso_start_url"],
            "https://corp.awsapps.com/start#/"
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            sections(&text);
        }
    }
}
