//! `credential_process`: a program that a profile names, which prints an access key.

use registrar_registry::Cloud;

use super::keys::{AccessKey, Given};
use crate::failure::{Failure, FailureKind};
use crate::machine::Machine;
use crate::program::{self, Trouble};

/// The access key that `command` prints.
pub(crate) async fn key(machine: &Machine, command: &str) -> Result<AccessKey, Failure> {
    let mut words = words(command).into_iter();
    let program = words.next().unwrap_or_default();
    let arguments: Vec<String> = words.collect();
    let failed = |raw: String| {
        Failure::new(Cloud::Aws, FailureKind::ProgramFailed, raw).about(program.clone())
    };
    let output = program::output(machine, &program, &arguments).await;
    let output = output.map_err(|trouble| match trouble {
        Trouble::Missing => failed("there is no such program".to_owned()),
        Trouble::Failed(why) => failed(why),
    })?;
    let key = Given::read(output.expose());
    key.ok_or_else(|| failed("it printed something else than an access key".to_owned()))
}

/// The words of a command line: separated by spaces, those in quotes as they are. A backslash is
/// nothing special, because paths have it.
pub fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (c, quote) {
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(open)) if c == open => quote = None,
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quotes_keep_spaces() {
        for (command, expected) in [
            ("a  b", vec!["a", "b"]),
            (
                r#""/my tools/x" --a 'b c'"#,
                vec!["/my tools/x", "--a", "b c"],
            ),
            (r#"C:\tools\x.exe """#, vec![r"C:\tools\x.exe", ""]),
            ("", vec![]),
        ] {
            assert_eq!(words(command), expected, "{command}");
        }
    }
}
