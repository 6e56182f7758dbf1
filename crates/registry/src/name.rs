//! What a person calls a registry.

use std::fmt;

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, Emoji, GeneralCategory, GeneralCategoryGroup},
};
use serde::{Deserialize, Deserializer, Serialize};

/// A name as a person would write it: 1 to 63 characters in Unicode's composed form (NFC), no
/// space at either end, nothing invisible in it.
///
/// Two names are the same for the catalog when their [`RegistryName::key`]s are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RegistryName(String);

/// Why a text is not a name. The `Display` says what is wrong, where, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameError {
    /// What is wrong.
    pub problem: NameProblem,
    /// Where in the text as it was given, in characters from 0, if that can be said.
    pub at: Option<usize>,
}

/// What can be wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing but white space.
    Empty,
    /// More than 63 characters; so many it has.
    TooLong(usize),
    /// A line break or a tab.
    LineBreak,
    /// A control character, or one that Unicode assigns to nobody.
    Unprintable(char),
    /// A character that shows nothing, or turns the direction of writing.
    Invisible(char),
    /// An accent or the like with no letter before it.
    LoneMark(char),
    /// Nothing in it that could be read: no letter, digit or symbol.
    Unreadable,
}

const ZERO_WIDTH_JOINER: char = '\u{200D}';
const EMOJI_STYLE: char = '\u{FE0F}';
const TEXT_STYLE: char = '\u{FE0E}';
/// A symbol to Unicode, but nothing to the eye.
const BLANK_BRAILLE: char = '\u{2800}';

impl RegistryName {
    /// The most characters (Unicode scalar values) a name may have.
    pub const MAX_CHARS: usize = 63;

    /// Makes a name of what was typed; white space at the ends does not count.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let trimmed = text.trim();
        let skipped = text.len() - text.trim_start().len();
        let first = text[..skipped].chars().count();
        let error = |problem, at: Option<usize>| NameError {
            problem,
            at: at.map(|i| i + first),
        };

        if trimmed.is_empty() {
            return Err(NameError {
                problem: NameProblem::Empty,
                at: None,
            });
        }
        if let Some((at, problem)) = first_problem(trimmed) {
            return Err(error(problem, Some(at)));
        }
        let name = ComposingNormalizer::new_nfc().normalize(trimmed);
        let chars = name.chars().count();
        if chars > Self::MAX_CHARS {
            return Err(error(NameProblem::TooLong(chars), Some(Self::MAX_CHARS)));
        }
        if !name.chars().any(is_readable) {
            return Err(error(NameProblem::Unreadable, None));
        }
        Ok(Self(name.into_owned()))
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names have in common that must not stand beside each other: letters without
    /// regard to case (Unicode's full case folding), spaces without regard to their number.
    pub fn key(&self) -> String {
        let plain: String = self.0.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain.is_ascii() {
            return plain.to_ascii_lowercase();
        }
        let decomposed = DecomposingNormalizer::new_nfd().normalize(&plain);
        let folded = CaseMapper::new().fold_string(&decomposed);
        DecomposingNormalizer::new_nfd()
            .normalize(&folded)
            .into_owned()
    }
}

/// The first character of `text` that no name has, and where it stands.
fn first_problem(text: &str) -> Option<(usize, NameProblem)> {
    // The time is bounded whatever is pasted: what follows is too long anyway.
    let mut before = None;
    for (at, c) in text.chars().take(4 * RegistryName::MAX_CHARS).enumerate() {
        if let Some(problem) = problem_of(c, before) {
            return Some((at, problem));
        }
        before = Some(c);
    }
    None
}

fn problem_of(c: char, before: Option<char>) -> Option<NameProblem> {
    if (' '..='~').contains(&c) {
        return None;
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    match c {
        '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            Some(NameProblem::LineBreak)
        }
        ZERO_WIDTH_JOINER | EMOJI_STYLE | TEXT_STYLE if before.is_some_and(joins_emoji) => None,
        BLANK_BRAILLE => Some(NameProblem::Invisible(c)),
        _ if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) => {
            Some(NameProblem::Invisible(c))
        }
        _ if category == GeneralCategory::Format => Some(NameProblem::Invisible(c)),
        _ if GeneralCategoryGroup::Other.contains(category) => Some(NameProblem::Unprintable(c)),
        _ if GeneralCategoryGroup::Mark.contains(category) && before.is_none_or(|b| b == ' ') => {
            Some(NameProblem::LoneMark(c))
        }
        _ => None,
    }
}

/// Whether an emoji can go on after `c`: it is one, or the sign that asks for its coloured form.
fn joins_emoji(c: char) -> bool {
    c == EMOJI_STYLE || CodePointSetData::new::<Emoji>().contains(c)
}

fn is_readable(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    GeneralCategoryGroup::Letter.contains(category)
        || GeneralCategoryGroup::Number.contains(category)
        || GeneralCategoryGroup::Symbol.contains(category)
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // People count from 1.
        let place = self
            .at
            .map_or_else(String::new, |at| format!(" at character {}", at + 1));
        match self.problem {
            NameProblem::Empty => write!(f, "The name is empty; type 1 to 63 characters."),
            NameProblem::TooLong(chars) => write!(
                f,
                "The name has {chars} characters; shorten it to {}.",
                RegistryName::MAX_CHARS
            ),
            NameProblem::LineBreak => {
                write!(
                    f,
                    "There is a line break or tab{place}; write the name on one line."
                )
            }
            NameProblem::Unprintable(c) => write!(
                f,
                "There is a character that cannot be shown (U+{:04X}){place}; remove it.",
                u32::from(c)
            ),
            NameProblem::Invisible(c) => write!(
                f,
                "There is an invisible character (U+{:04X}){place}; remove it.",
                u32::from(c)
            ),
            NameProblem::LoneMark(c) => write!(
                f,
                "There is an accent without a letter (U+{:04X}){place}; put a letter before it.",
                u32::from(c)
            ),
            NameProblem::Unreadable => {
                write!(
                    f,
                    "The name is punctuation only; use at least one letter, digit or symbol."
                )
            }
        }
    }
}

impl std::error::Error for NameError {}

impl fmt::Display for RegistryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for RegistryName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
