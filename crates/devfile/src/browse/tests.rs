//! Real data, two registries, and queries.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::index::{CommandGroups, DeploymentScopes};

const REAL: &[u8] = include_bytes!("../../../../tests/fixtures/devfile-registry/v2index.json");

fn real() -> Arc<Index> {
    Arc::new(Index::parse(REAL).unwrap())
}

fn index(text: &str) -> Arc<Index> {
    Arc::new(Index::parse(text.as_bytes()).unwrap())
}

fn names(offers: &Offers, query: &Query) -> Vec<String> {
    let found = offers.find(query).numbers;
    found
        .iter()
        .map(|n| offers.get(*n).unwrap().entry.name.clone())
        .collect()
}

#[test]
fn the_same_stack_of_two_registries_is_one_row_with_both_sources() {
    let first = index(
        r#"[{"name":"mine","type":"stack"},{"name":"go","type":"stack","displayName":"Our Go"}]"#,
    );
    let offers = Offers::merge(vec![first, real()]);
    assert_eq!(offers.len(), 37);
    let go = names(&offers, &Query::default())
        .iter()
        .position(|n| n == "go")
        .unwrap();
    let go = offers.get(go).unwrap();
    // The registry of the higher priority describes it.
    assert_eq!(
        (&*go.entry.display_name, go.registries),
        ("Our Go", vec![0, 1])
    );
    assert_eq!(offers.sources(EntryKind::Stack, "go"), [0, 1]);
    let theirs = offers.entry_of(1, EntryKind::Stack, "go").unwrap();
    assert_eq!(theirs.display_name, "Go Runtime");
    // A sample of the same name would be something else.
    assert_eq!(offers.sources(EntryKind::Sample, "go"), [] as [usize; 0]);
}

#[test]
fn the_order_is_that_of_the_registries_or_of_the_names() {
    let (a, b) = (
        index(r#"[{"name":"z"},{"name":"y"}]"#),
        index(r#"[{"name":"x","displayName":"Ähnlich"},{"name":"a"}]"#),
    );
    let offers = Offers::merge(vec![a, b]);
    assert_eq!(names(&offers, &Query::default()), ["z", "y", "x", "a"]);
    let by_name = Query {
        order: Order::Name,
        ..Query::default()
    };
    assert_eq!(names(&offers, &by_name), ["a", "y", "z", "x"]);
}

#[test]
fn every_word_of_a_search_must_occur() {
    let offers = Offers::merge(vec![real()]);
    let found = |text: &str| {
        names(
            &offers,
            &Query {
                text: text.to_owned(),
                ..Query::default()
            },
        )
    };
    assert!(found("quarkus").contains(&"java-quarkus".to_owned()));
    assert_eq!(found("  QUARKUS   java "), found("java quarkus"));
    assert!(found("quarkus nothingsuch").is_empty());
    assert_eq!(found("").len(), 36);
}

#[test]
fn filters_of_the_real_registry() {
    let offers = Offers::merge(vec![real()]);
    let count = |query: Query| offers.find(&query).numbers.len();
    let texts = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
    let stacks = Query {
        kind: Some(EntryKind::Stack),
        ..Query::default()
    };
    assert_eq!(count(stacks.clone()), 31);
    let go = Query {
        languages: texts(&["go"]),
        ..stacks.clone()
    };
    assert_eq!(names(&offers, &go), ["go"]);
    let two = Query {
        languages: texts(&["GO", "PHP"]),
        ..stacks.clone()
    };
    assert_eq!(names(&offers, &two), ["go", "php-laravel"]);
    // Liberty does not name arm64; whatever names nothing runs everywhere.
    let arm = Query {
        architectures: texts(&["arm64"]),
        text: "liberty".to_owned(),
        ..stacks.clone()
    };
    assert_eq!(count(arm), 0);
    let power = Query {
        architectures: texts(&["ppc64le", "s390x"]),
        text: "liberty".to_owned(),
        ..stacks.clone()
    };
    assert_eq!(count(power), 4);
    let deploying = Query {
        groups: CommandGroups {
            deploy: true,
            debug: true,
            ..CommandGroups::default()
        },
        ..stacks.clone()
    };
    assert!(names(&offers, &deploying).contains(&"go".to_owned()));
    let outer = Query {
        scopes: DeploymentScopes {
            outerloop: true,
            ..DeploymentScopes::default()
        },
        ..stacks.clone()
    };
    assert!(count(outer) < 31);
    let [hide, only] = [DeprecatedRule::Hide, DeprecatedRule::Only].map(|deprecated| {
        count(Query {
            deprecated,
            ..stacks.clone()
        })
    });
    // Of the real registry, only old versions are deprecated.
    assert_eq!((hide, only), (31, 0));
}

#[test]
fn deprecated_ones_can_be_left_out_or_looked_for() {
    let offers = Offers::merge(vec![index(
        r#"[{"name":"old","tags":["Deprecated"]},{"name":"new","tags":["deprecated-not"]}]"#,
    )]);
    let with = |deprecated| {
        names(
            &offers,
            &Query {
                deprecated,
                ..Query::default()
            },
        )
    };
    assert_eq!(with(DeprecatedRule::Include), ["old", "new"]);
    assert_eq!(with(DeprecatedRule::Hide), ["new"]);
    assert_eq!(with(DeprecatedRule::Only), ["old"]);
}

#[test]
fn what_one_version_must_have_is_not_put_together_of_two() {
    let offers = Offers::merge(vec![index(
        r#"[{"name":"a","versions":[{"version":"2","commandGroups":{"run":true}},
                                    {"version":"1","commandGroups":{"debug":true}}]}]"#,
    )]);
    let with = |run, debug| {
        let groups = CommandGroups {
            run,
            debug,
            ..CommandGroups::default()
        };
        offers
            .find(&Query {
                groups,
                ..Query::default()
            })
            .numbers
            .len()
    };
    assert_eq!(
        (with(true, false), with(false, true), with(true, true)),
        (1, 1, 0)
    );
}

#[test]
fn only_some_registries() {
    let offers = Offers::merge(vec![index(r#"[{"name":"mine"},{"name":"go"}]"#), real()]);
    let only = |registries| {
        names(
            &offers,
            &Query {
                registries,
                ..Query::default()
            },
        )
    };
    assert_eq!(only(vec![0]), ["mine", "go"]);
    assert_eq!(only(vec![1]).len(), 36);
    assert_eq!(only(vec![0, 1]).len(), 37);
}

#[test]
fn facets_say_what_another_choice_would_add() {
    let offers = Offers::merge(vec![index(
        r#"[{"name":"a","language":"Go","tags":["x","x"]},{"name":"b","language":"Go","tags":["y"]},
            {"name":"c","language":"PHP","tags":["y"]}]"#,
    )]);
    let query = Query {
        languages: vec!["PHP".to_owned()],
        ..Query::default()
    };
    let facets = offers.find(&query).facets;
    let said = |values: &[FacetValue]| {
        values
            .iter()
            .map(|v| format!("{} {}", v.value, v.count))
            .collect::<Vec<_>>()
    };
    assert_eq!(said(&facets.languages), ["Go 2", "PHP 1"]);
    assert_eq!(said(&facets.tags), ["y 1"]);
    let all = offers.find(&Query::default()).facets;
    assert_eq!(said(&all.tags), ["y 2", "x 1"]);
}

proptest! {
    #[test]
    fn what_is_found_is_there_and_once(text in "[a-z ]{0,6}", language in "[A-Za-z]{0,4}") {
        let offers = Offers::merge(vec![real(), real()]);
        let languages = if language.is_empty() { Vec::new() } else { vec![language] };
        let query = Query { text, languages, ..Query::default() };
        let found = offers.find(&query).numbers;
        let mut once = found.clone();
        once.dedup();
        prop_assert_eq!(&once, &found);
        for number in found {
            prop_assert_eq!(offers.get(number).unwrap().registries, vec![0, 1]);
        }
    }
}
