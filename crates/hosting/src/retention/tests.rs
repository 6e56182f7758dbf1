//! What goes and what stays, without a database.

use proptest::prelude::*;
use serde_json::json;

use super::{DAY, Ecosystem, Rule, SetTag, Timestamp, Uuid, Weighed, decide};

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// A version that is so many days old.
fn version(name: &str, days: i64) -> Weighed {
    Weighed {
        id: Uuid::now_v7(),
        version: name.to_owned(),
        key: name.to_owned(),
        indexed: json!({}),
        created_at: Timestamp::from_second(now().as_second() - days * DAY).unwrap(),
        size: 1,
        sha512: None,
        subject: None,
        tags: Vec::new(),
        latest: false,
    }
}

/// The same with a tag that was set so many days ago.
fn tagged(mut version: Weighed, tag: &str, days: i64) -> Weighed {
    let set_at = Timestamp::from_second(now().as_second() - days * DAY).unwrap();
    version.tags.push(SetTag {
        name: tag.to_owned(),
        set_at: Some(set_at),
    });
    version
}

fn digest(number: usize) -> String {
    format!("sha256:{number:064x}")
}

fn going(
    all: &[Weighed],
    ecosystem: Ecosystem,
    newest: Option<u32>,
    days: Option<u32>,
) -> Vec<String> {
    decided(all, ecosystem, &Rule::new(newest, days, None).unwrap())
}

fn decided(all: &[Weighed], ecosystem: Ecosystem, rule: &Rule) -> Vec<String> {
    let decided = decide(all, ecosystem, rule, now());
    decided.going.into_iter().map(|one| one.version).collect()
}

/// A rule by which tagged images go as well.
fn but(newest: u32, tags: &[&str]) -> Rule {
    let tags = tags.iter().map(|&tag| tag.to_owned()).collect();
    Rule::new(Some(newest), None, Some(tags)).unwrap()
}

#[test]
fn the_newest_stay_and_the_young_and_either_reason_is_enough() {
    let all = || {
        vec![
            version("4", 1),
            version("3", 5),
            version("2", 20),
            version("1", 90),
        ]
    };
    let files = Ecosystem::Files;
    assert_eq!(going(&all(), files, Some(2), None), ["2", "1"]);
    assert_eq!(going(&all(), files, None, Some(30)), ["1"]);
    assert_eq!(going(&all(), files, Some(1), Some(10)), ["2", "1"]);
    assert_eq!(going(&all(), files, Some(3), Some(10)), ["1"]);
}

#[test]
fn what_a_name_points_to_stays_however_old() {
    let mut latest = version("0", 950);
    latest.latest = true;
    let old = tagged(version("1", 900), "old", 900);
    let all = vec![version("3", 1), version("2", 2), old, latest];
    assert_eq!(going(&all, Ecosystem::Javascript, Some(1), None), ["2"]);
}

#[test]
fn tagged_images_go_where_the_rule_says_so_but_for_some_tags() {
    let image = |number: usize, tag: &str| {
        let days = 3 * i64::try_from(number).unwrap();
        tagged(version(&digest(number), days), tag, days)
    };
    let mut all = vec![
        image(1, "main-7"),
        image(2, "main-6"),
        image(3, "v2.0"),
        image(4, "main-5"),
        image(5, "latest"),
    ];
    let container = Ecosystem::Container;
    assert!(going(&all, container, Some(1), None).is_empty());
    assert_eq!(
        decided(&all, container, &but(2, &["latest", "v*"])),
        [digest(4)]
    );
    assert_eq!(
        decided(&all, container, &but(2, &[])),
        [digest(3), digest(4), digest(5)]
    );
    all[4].latest = true;
    assert_eq!(
        decided(&all, container, &but(2, &[])),
        [digest(3), digest(4)]
    );
}

#[test]
fn an_image_is_as_young_as_its_youngest_tag_where_tagged_ones_go() {
    let new = tagged(version(&digest(2), 10), "main-2", 10);
    let promoted = tagged(version(&digest(1), 90), "main-1", 90);
    let promoted = tagged(promoted, "production", 1);
    let all = [new, promoted];
    assert_eq!(
        decided(&all, Ecosystem::Container, &but(1, &[])),
        [digest(2)]
    );
    let tags = Some(Vec::new());
    let week = Rule::new(None, Some(7), tags).unwrap();
    assert_eq!(decided(&all, Ecosystem::Container, &week), [digest(2)]);
}

#[test]
fn a_signature_that_only_its_tag_ties_to_an_image_goes_with_it() {
    let signature = |of: usize| {
        let tag = format!("sha256-{of:064x}.sig");
        tagged(version(&digest(of + 10), 2), &tag, 2)
    };
    // The image of the last one is not here.
    let all = [
        version(&digest(2), 3),
        signature(2),
        version(&digest(1), 30),
        signature(1),
        signature(7),
    ];
    assert_eq!(
        going(&all, Ecosystem::Container, Some(2), None),
        [digest(1), digest(11)]
    );
}

#[test]
fn a_rule_says_something_and_keeps_something() {
    assert!(Rule::new(None, None, Some(Vec::new())).is_err());
    assert!(Rule::new(Some(0), None, None).is_err());
    assert!(Rule::new(Some(1), Some(40_000), None).is_err());
    assert!(Rule::new(Some(1), None, Some(vec!["a b".to_owned()])).is_err());
    assert!(Rule::new(Some(1), Some(1), None).is_ok());
}

#[test]
fn an_index_keeps_its_images_and_they_their_signatures() {
    let mut all = vec![
        version(&digest(4), 1),
        version(&digest(3), 50),
        version(&digest(2), 50),
        version(&digest(1), 50),
    ];
    all[0].indexed = json!({"manifests": [digest(3)]});
    all[2].subject = Some(digest(3));
    assert_eq!(
        going(&all, Ecosystem::Container, Some(1), None),
        [digest(1)]
    );
    // With the index go its image and what is about that.
    let mut newer = vec![version(&digest(9), 0)];
    newer[0].created_at = now();
    newer.extend(all.clone());
    let gone = going(&newer, Ecosystem::Container, Some(1), None);
    assert_eq!(gone, [digest(4), digest(3), digest(2), digest(1)]);
}

proptest! {
    /// Whatever refers to whatever: what a tag or something that stays needs never goes.
    #[test]
    fn nothing_goes_that_something_needs(
        links in prop::collection::vec((0_usize..12, 0_usize..12), 0..20),
        subjects in prop::collection::vec((0_usize..12, 0_usize..12), 0..6),
        named in prop::collection::vec(0_usize..12, 0..4),
        newest in 1_u32..6,
    ) {
        let mut all: Vec<_> = (0..12).map(|at| version(&digest(at), 3 + i64::try_from(at).unwrap())).collect();
        for (at, one) in all.iter_mut().enumerate() {
            let parts = links.iter().filter(|(from, to)| *from == at && to != from);
            let parts: Vec<_> = parts.map(|(_, to)| digest(*to)).collect();
            one.indexed = json!({"manifests": parts});
            one.latest = named.contains(&at);
        }
        for (from, to) in &subjects {
            all[*from].subject = Some(digest(*to));
        }
        let gone = going(&all, Ecosystem::Container, Some(newest), None);
        for one in all.iter().filter(|one| !gone.contains(&one.version)) {
            let needs = one.indexed["manifests"].as_array().unwrap();
            for part in needs {
                prop_assert!(!gone.contains(&part.as_str().unwrap().to_owned()));
            }
        }
        for one in &all {
            prop_assert!(!one.latest || !gone.contains(&one.version));
        }
    }
}
