//! Keys by the names that the web gives them.

use serde_json::{Value, json};

/// Names and the characters by which `WebDriver` knows them.
const NAMED: [(&str, char); 20] = [
    ("Alt", '\u{E00A}'),
    ("ArrowDown", '\u{E015}'),
    ("ArrowLeft", '\u{E012}'),
    ("ArrowRight", '\u{E014}'),
    ("ArrowUp", '\u{E013}'),
    ("Backspace", '\u{E003}'),
    ("Control", '\u{E009}'),
    ("Delete", '\u{E017}'),
    ("End", '\u{E010}'),
    ("Enter", '\u{E007}'),
    ("Escape", '\u{E00C}'),
    ("F2", '\u{E032}'),
    ("F5", '\u{E035}'),
    ("Home", '\u{E011}'),
    ("Meta", '\u{E03D}'),
    ("PageDown", '\u{E00F}'),
    ("PageUp", '\u{E00E}'),
    ("Shift", '\u{E008}'),
    ("Space", ' '),
    ("Tab", '\u{E004}'),
];

/// The actions of `Control+Shift+k`: all down in order, then up again; `None` where a name is
/// unknown.
pub(super) fn chord(chord: &str) -> Option<Vec<Value>> {
    let keys: Vec<char> = names(chord).map(key).collect::<Option<_>>()?;
    let down = keys.iter().map(|key| action("keyDown", *key));
    let up = keys.iter().rev().map(|key| action("keyUp", *key));
    Some(down.chain(up).collect())
}

/// The actions of typing a text.
pub(super) fn typing(text: &str) -> Vec<Value> {
    text.chars()
        .flat_map(|key| [action("keyDown", key), action("keyUp", key)])
        .collect()
}

fn action(kind: &str, key: char) -> Value {
    json!({ "type": kind, "value": key.to_string() })
}

/// The names between the plus signs; a lone `+` is the key itself.
fn names(chord: &str) -> impl Iterator<Item = &str> {
    let parts: Vec<&str> = if chord == "+" {
        vec![chord]
    } else {
        chord.split('+').collect()
    };
    parts.into_iter()
}

fn key(name: &str) -> Option<char> {
    let named = NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, key)| *key);
    let mut characters = name.chars();
    named.or_else(|| characters.next().filter(|_| characters.next().is_none()))
}

#[cfg(test)]
mod tests {
    use super::chord;

    #[test]
    fn modifiers_are_held_around_the_key() {
        let actions = chord("Control+k").expect("known keys");
        let kinds: Vec<_> = actions
            .iter()
            .map(|action| action["type"].as_str())
            .collect();
        assert_eq!(kinds, ["keyDown", "keyDown", "keyUp", "keyUp"].map(Some));
        assert_eq!(actions[1]["value"], "k");
        assert_eq!(actions[3]["value"], "\u{E009}");
        assert!(chord("Hyper+k").is_none());
    }
}
