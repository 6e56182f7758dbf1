use std::fmt::Write;

use jiff::Timestamp;
use proptest::prelude::*;
use registrar_registry::{DevfileUrl, RegistryName};

use super::{append, remove, replace, restore};
use crate::{Address, Catalog, Record, layout::Layout, read::parse};

fn read(text: &str) -> Catalog {
    parse(text, Timestamp::UNIX_EPOCH).expect(text)
}

fn removed(text: &str, index: usize) -> String {
    let layout = Layout::of(text).unwrap();
    let (rest, removed) = remove(text, &layout, index).unwrap();
    assert_eq!(restore(&rest, &Layout::of(&rest).unwrap(), &removed), text);
    rest
}

#[test]
fn a_removal_takes_the_entry_and_its_own_comments() {
    let text = "version = 1\n\n# one\n[[registry]]\na = 1\n\n# two\n[[registry]]\na = 2\n";
    assert_eq!(
        removed(text, 0),
        "version = 1\n\n# two\n[[registry]]\na = 2\n"
    );
    assert_eq!(
        removed(text, 1),
        "version = 1\n\n# one\n[[registry]]\na = 1\n\n"
    );
}

#[test]
fn a_removal_makes_no_floating_comment_somebodys_own() {
    let text = "[[registry]]\na = 1\n[[registry]]\na = 2\n\n# floating\n\n[x]\n";
    let rest = removed(text, 1);
    assert_eq!(rest, "[[registry]]\na = 1\n\n# floating\n\n[x]\n");
    assert_eq!(removed(&rest, 0), "# floating\n\n[x]\n");
}

#[test]
fn what_was_removed_comes_back_beside_what_others_did() {
    let text = "version = 1\n[[registry]]\na = 1\n[[registry]]\na = 2\n[[registry]]\na = 3";
    let (rest, removed) = remove(text, &Layout::of(text).unwrap(), 1).unwrap();
    let changed = format!(
        "# mine\nversion = 1\nnew = 1\n{}",
        &rest["version = 1\n".len()..]
    );
    let back = restore(&changed, &Layout::of(&changed).unwrap(), &removed);
    assert_eq!(
        back,
        text.replace("version = 1\n", "# mine\nversion = 1\nnew = 1\n")
    );

    let emptied = "a = 'emptied'";
    let back = restore(emptied, &Layout::of(emptied).unwrap(), &removed);
    assert_eq!(back, "a = 'emptied'\n[[registry]]\na = 2\n");
}

#[test]
fn a_replacement_touches_only_what_differs() {
    let text = "[[registry]] # mine\r\n\tmine = 1\r\n\turl   = 'https://h' # old\r\n\ttoken = true # gone\r\n\tname = \"a\"\r\n\tkind = \"devfile\"\r\n";
    let old = read(text).records.remove(0);
    let mut new = old.clone();
    new.url = Address::Devfile(DevfileUrl::parse("https://new").unwrap());
    new.token = false;
    new.user = Some("ann".to_owned());
    // As if id and times stood in the file.
    let block = Layout::of(text).unwrap().blocks[0];
    let replaced = replace(text, block, &old, &new).unwrap();
    let expected = text
        .replace("'https://h'", "\"https://new\"")
        .replace("\ttoken = true # gone\r\n", "");
    let (kept, added) = replaced.split_at(expected.len());
    assert_eq!(kept, expected);
    let keys: Vec<_> = added
        .split("\r\n")
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(keys, ["\tid", "\tuser", "\tcreated", "\tupdated", ""]);
    assert_eq!(read(&replaced).records, [new]);
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a coin that was tossed"
)]
#[derive(Debug, Clone)]
struct Table {
    blank_before: bool,
    floating: bool,
    own: usize,
    registry: bool,
    style: usize,
    below: bool,
    blanks: usize,
}

fn tables() -> impl Strategy<Value = Vec<Table>> {
    let table = (
        any::<[bool; 3]>(),
        0..3usize,
        prop::bool::weighted(0.8),
        0..4usize,
        0..3usize,
    );
    let table = table.prop_map(
        |([blank_before, floating, below], own, registry, style, blanks)| Table {
            blank_before,
            floating,
            own,
            registry,
            style,
            below,
            blanks,
        },
    );
    prop::collection::vec(table, 1..6)
}

/// A catalog as people write them: every table in another style, with comments everywhere.
fn document(start: &str, tables: &[Table], windows: bool, open_end: bool) -> String {
    let mut text = start.to_owned();
    for (i, table) in tables.iter().enumerate() {
        if table.blank_before {
            text.push('\n');
        }
        if table.floating {
            let _ = write!(text, "\n# floating {i}\n\n");
        }
        text += &format!("# own {i}é\n").repeat(table.own);
        text.push_str(&table_text(i, table));
        if table.below {
            let _ = write!(text, "# below {i}\n\n");
        }
        text += &"\n".repeat(table.blanks);
    }
    let text = if open_end {
        text.trim_end_matches('\n').to_owned()
    } else {
        text
    };
    if windows {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

fn table_text(i: usize, table: &Table) -> String {
    match (table.registry, table.style) {
        (false, 0) => format!("[[other]]\nx = {i}\n"),
        (false, _) => format!("[other{i}.registry]\nx = {i}\n"),
        (true, 0) => format!("[[registry]]\nkind='source'\nname='{i}'\nurl='x'\n"),
        (true, 1) => format!(
            "  [[registry]] # beside\n  name = \"{i}\" # n\n\n  kind = \"source\"\n# inside\n  url = '''x'''\n  mine = '''\n[[registry]]\n# no comment\n\n'''\n"
        ),
        (true, 2) => format!(
            "[[\"registry\"]]\nname = '{i}'\nurl = 'x'\nkind = 'source'\na.b = [ # c\n\n 1]\n\n[registry.extra]\nx = 1\n"
        ),
        (true, _) => format!("[[registry]]\nname = '{i}'\nbroken = true\n"),
    }
}

fn documents() -> impl Strategy<Value = (String, Vec<Table>)> {
    let starts = [
        "",
        "\u{FEFF}",
        "# file\n",
        "version = 1\n",
        "\u{FEFF}# file\n\nversion = 1 # v\n# below\n\n",
    ];
    let start = prop::sample::select(starts.to_vec());
    (start, tables(), any::<bool>(), any::<bool>()).prop_map(|(start, tables, windows, open)| {
        (document(start, &tables, windows, open), tables)
    })
}

/// The lines of `text` that stand in it for themselves: without those of the entries `without`.
fn foreign_comments(text: &str, without: usize) -> Vec<&str> {
    let ours = [format!("# own {without}é"), format!("# below {without}")];
    let lines = text.lines().map(str::trim_end);
    lines
        .filter(|line| {
            line.starts_with("# ")
                && !line.starts_with("# no comment")
                && !line.starts_with("# inside")
        })
        .filter(|line| !ours.iter().any(|own| own == line))
        .collect()
}

fn described(records: &[Record]) -> Vec<(&str, String)> {
    records
        .iter()
        .map(|record| (record.name.as_str(), record.url.text().into_owned()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_removal_and_its_undo_keep_every_byte((text, tables) in documents()) {
        let layout = Layout::of(&text).unwrap();
        prop_assert_eq!(layout.blocks.len(), tables.len());
        let before = read(&text);
        for (index, table) in tables.iter().enumerate().filter(|(_, table)| table.registry) {
            let (rest, removed) = remove(&text, &layout, index).unwrap();
            let json = serde_json::to_string(&removed).unwrap();
            let removed = serde_json::from_str(&json).unwrap();

            prop_assert_eq!(restore(&rest, &Layout::of(&rest).unwrap(), &removed), text.as_str());
            let after = read(&rest);
            prop_assert_eq!(after.entry_count, before.entry_count - 1);
            let name = index.to_string();
            let mut expected = described(&before.records);
            expected.retain(|(other, _)| *other != name);
            prop_assert_eq!(described(&after.records), expected);
            for comment in foreign_comments(&text, index) {
                prop_assert!(rest.contains(comment), "{} {:?}", comment, table);
            }
        }
    }

    #[test]
    fn an_appended_entry_leaves_everything_before_it((text, _) in documents()) {
        let mut record = read("[[registry]]\nname='new'\nkind='devfile'\nurl='https://h'").records.remove(0);
        record.token = true;
        let mut new = text.clone();
        append(&mut new, &record);
        prop_assert!(new.starts_with(&text));
        let (before, after) = (read(&text), read(&new));
        prop_assert_eq!(&after.records[..before.records.len()], &before.records[..]);
        prop_assert_eq!(after.records.last(), Some(&record));
        prop_assert_eq!(text.contains("\r\n"), new[text.len()..].contains("\r\n") && text.contains('\n'));
    }

    #[test]
    fn a_replaced_value_changes_its_own_line_only((text, _) in documents(), name in "[a-z\"\\\\é🚀]{1,9}") {
        let Ok(name) = RegistryName::parse(&format!("new {name}")) else { return Ok(()) };
        let before = read(&text);
        for (place, old) in before.records.iter().enumerate() {
            let new = Record { name: name.clone(), ..old.clone() };
            let layout = Layout::of(&text).unwrap();
            let block = layout.blocks[layout.block_of(before.entries[place]).unwrap()];
            let replaced = replace(&text, block, old, &new).unwrap();
            prop_assert_eq!(&read(&replaced).records[place], &new);
            let kept: Vec<_> = text.lines().filter(|line| !line.contains("name")).collect();
            let found: Vec<_> = replaced.lines().collect();
            let mut rest = found.iter();
            prop_assert!(kept.iter().all(|line| rest.any(|other| other == line)));
            // The name's line changed; id and two times were missing and were added.
            prop_assert_eq!(found.len(), text.lines().count() + 3);
        }
    }
}
