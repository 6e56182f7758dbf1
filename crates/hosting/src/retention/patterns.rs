//! Tags that always stay, as people write them.

use wildmatch::WildMatch;

use crate::error::HostError;

/// The most patterns of one rule.
const MOST: usize = 50;
/// The most characters of one: as many as a tag may have.
const LONGEST: usize = 128;

/// Patterns of tags, in which `*` stands for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TagPatterns(Vec<String>);

impl TagPatterns {
    /// Patterns that a tag can be like. None at all is allowed: no tag is like that.
    ///
    /// # Errors
    /// [`HostError::Invalid`] with the pattern that will not do.
    pub(super) fn new(patterns: Vec<String>) -> Result<Self, HostError> {
        if patterns.len() > MOST {
            return Err(invalid("Name at most 50 tags."));
        }
        if let Some(wrong) = patterns.iter().find(|pattern| !is_pattern(pattern)) {
            let wrong: String = wrong.chars().take(LONGEST).collect();
            return Err(invalid(&format!(
                "\u{201c}{wrong}\u{201d} is like no tag. Tags have letters, digits, dots, hyphens and \
                 underscores; a * stands for anything."
            )));
        }
        Ok(Self(patterns))
    }

    /// Whether a tag is like one of them.
    pub(super) fn matches(&self, tag: &str) -> bool {
        let mut patterns = self.0.iter();
        patterns.any(|pattern| WildMatch::new(pattern).matches(tag))
    }

    /// As they were written.
    pub(super) fn as_slice(&self) -> &[String] {
        &self.0
    }
}

fn is_pattern(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-*".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(fits)
}

fn invalid(message: &str) -> HostError {
    HostError::Invalid {
        field: "keep_tags",
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::TagPatterns;

    fn patterns(list: &[&str]) -> Option<TagPatterns> {
        TagPatterns::new(list.iter().map(|&one| one.to_owned()).collect()).ok()
    }

    #[test]
    fn a_star_stands_for_anything_and_nothing_else_does() {
        let some = patterns(&["latest", "v*", "*-lts"]).unwrap();
        for like in ["latest", "v1", "v", "2024-lts"] {
            assert!(some.matches(like), "{like}");
        }
        for unlike in ["latest2", "Latest", "1v", "lts"] {
            assert!(!some.matches(unlike), "{unlike}");
        }
        assert!(!patterns(&["v1.0"]).unwrap().matches("v1x0"));
        assert!(!patterns(&[]).unwrap().matches("latest"));
    }

    #[test]
    fn what_no_tag_can_be_like_is_refused() {
        for wrong in ["", "a b", "v?", "[ab]", "é", &"a".repeat(129)] {
            assert!(patterns(&[wrong]).is_none(), "{wrong}");
        }
        assert!(patterns(&["a"; 50]).is_some());
        assert!(patterns(&["a"; 51]).is_none());
    }
}
