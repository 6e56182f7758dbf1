use proptest::prelude::*;

use super::{NameError, NameProblem, RegistryName};

fn error(text: &str) -> NameError {
    RegistryName::parse(text).expect_err(text)
}

fn key(text: &str) -> String {
    RegistryName::parse(text).expect(text).key()
}

#[test]
fn what_people_call_registries_is_a_name() {
    for name in [
        "DefaultDevfileRegistry",
        "a",
        "7",
        "Team Ärger & Söhne (intern) #2 – “neu”",
        "会社の レジストリ",
        "سجل الحاويات",
        "हिन्दी",
        "🚀",
        "👩🏽‍💻 home",
        "❤️",
        "1️⃣ first",
        "🏳️‍🌈",
        "$HOME",
        &"x".repeat(63),
        &"🚀".repeat(63),
    ] {
        assert_eq!(RegistryName::parse(name).expect(name).as_str(), name);
    }
}

#[test]
fn white_space_at_the_ends_does_not_count() {
    assert_eq!(RegistryName::parse(" \t a b \n").unwrap().as_str(), "a b");
}

#[test]
fn the_error_says_what_is_wrong_and_where() {
    use NameProblem::{Empty, Invisible, LineBreak, LoneMark, TooLong, Unprintable, Unreadable};
    for (text, problem, at) in [
        ("", Empty, None),
        (" \t\n", Empty, None),
        ("ab\ncd", LineBreak, Some(2)),
        ("  ab\tcd", LineBreak, Some(4)),
        ("a\u{2028}b", LineBreak, Some(1)),
        ("a\0", Unprintable('\0'), Some(1)),
        ("é\u{1b}[31m", Unprintable('\u{1b}'), Some(1)),
        ("a\u{e000}", Unprintable('\u{e000}'), Some(1)),
        ("abc\u{202e}txt", Invisible('\u{202e}'), Some(3)),
        ("a\u{200b}b", Invisible('\u{200b}'), Some(1)),
        ("a\u{200d}b", Invisible('\u{200d}'), Some(1)),
        ("\u{feff}a", Invisible('\u{feff}'), Some(0)),
        ("\u{3164}", Invisible('\u{3164}'), Some(0)),
        ("\u{2800}", Invisible('\u{2800}'), Some(0)),
        ("a\u{e0041}", Invisible('\u{e0041}'), Some(1)),
        ("\u{301}a", LoneMark('\u{301}'), Some(0)),
        ("…!?", Unreadable, None),
        (&"x".repeat(64), TooLong(64), Some(63)),
        (&"é".repeat(100), TooLong(100), Some(63)),
    ] {
        assert_eq!(error(text), NameError { problem, at }, "{text:?}");
    }
    assert_eq!(
        error("ab\ncd").to_string(),
        "There is a line break or tab at character 3; write the name on one line."
    );
    assert_eq!(
        error(&"x".repeat(70)).to_string(),
        "The name has 70 characters; shorten it to 63."
    );
}

#[test]
fn case_spaces_and_ways_to_write_an_accent_make_no_difference() {
    for (one, other) in [
        ("Straße", "STRASSE"),
        ("Ärger", "A\u{308}RGER"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ⅷ", "ⅷ"),
        ("a  b", "A\u{a0}B"),
        ("ﬁt", "FIT"),
    ] {
        assert_eq!(key(one), key(other));
    }
    assert_ne!(key("a"), key("á"));
    assert_ne!(key("ab"), key("a b"));
}

proptest! {
    #[test]
    fn a_name_is_its_own_name(text in "\\PC{0,70}") {
        if let Ok(name) = RegistryName::parse(&text) {
            prop_assert_eq!(RegistryName::parse(name.as_str()), Ok(name.clone()));
            prop_assert!((1..=63).contains(&name.as_str().chars().count()));
            prop_assert_eq!(name.as_str().trim(), name.as_str());
        }
    }

    #[test]
    fn upper_case_has_the_same_key(text in "\\p{L}{1,20}") {
        if let (Ok(name), Ok(upper)) =
            (RegistryName::parse(&text), RegistryName::parse(&text.to_lowercase()))
        {
            prop_assert_eq!(name.key(), upper.key());
        }
    }

    #[test]
    fn the_place_lies_in_the_text(text in any::<String>()) {
        if let Err(NameError { at: Some(at), .. }) = RegistryName::parse(&text) {
            prop_assert!(at < text.chars().count());
        }
    }
}
