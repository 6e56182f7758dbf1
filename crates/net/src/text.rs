//! Text from outside, made fit to be shown.

/// `text` without control characters and without the invisible ones that change the
/// direction of what follows; at most `max_chars` characters, trimmed.
///
/// Whitespace of any kind becomes a space.
pub fn clean(text: &str, max_chars: usize) -> String {
    let kept: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .take(max_chars)
        .collect();
    kept.trim().to_owned()
}

/// Zero-width and bidirectional formatting characters, which can make one name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn strips_what_could_deceive() {
        assert_eq!(clean(" a\u{1b}[31m\tb\u{202E}c\n", 200), "a[31m bc");
    }

    #[test]
    fn counts_characters_and_not_bytes() {
        assert_eq!(clean("äöüß", 3), "äöü");
    }
}
