use super::{Layout, Scattered};

/// Each table's own text, and what goes away with it.
fn blocks(text: &str) -> Vec<(bool, &str, &str)> {
    let layout = Layout::of(text).unwrap();
    let blocks = layout.blocks.iter();
    blocks
        .map(|b| (b.registry, &text[b.start..b.end], &text[b.start..b.cut]))
        .collect()
}

#[test]
fn comments_belong_to_the_table_that_they_touch() {
    let text = "# file\n\nversion = 1\n\n# floating\n\n# above\n[[registry]]\na = 1 # beside\n# below\n\n\n# floating\n\n[x]\n";
    assert_eq!(
        blocks(text),
        [
            (
                true,
                "# above\n[[registry]]\na = 1 # beside\n# below\n",
                "# above\n[[registry]]\na = 1 # beside\n# below\n\n\n"
            ),
            (false, "[x]\n", "[x]\n")
        ]
    );
}

#[test]
fn a_comment_between_two_tables_belongs_to_the_lower_and_the_first_to_the_file() {
    let text = "# file\n[[registry]]\n# between\n[[registry]]\n";
    assert_eq!(
        blocks(text),
        [
            (true, "[[registry]]\n", "[[registry]]\n"),
            (
                true,
                "# between\n[[registry]]\n",
                "# between\n[[registry]]\n"
            )
        ]
    );
}

#[test]
fn sub_tables_and_values_of_many_lines_are_part_of_the_registry() {
    let text = "[[ \"registry\" ]]\na = '''\n# no comment\n[[registry]]\n'''\nb = [\n  1, # one\n\n]\n[registry.c]\n[[registry.d]]\n[[other.registry]]\n";
    let found = blocks(text);
    assert_eq!(found.len(), 2);
    assert!(found[0].1.ends_with("[[registry.d]]\n"));
    assert_eq!(
        found[1],
        (false, "[[other.registry]]\n", "[[other.registry]]\n")
    );
}

#[test]
fn a_sub_table_away_from_its_registry_is_found() {
    assert_eq!(
        Layout::of("[[registry]]\n[x]\n[registry.y]\n"),
        Err(Scattered(17))
    );
}
