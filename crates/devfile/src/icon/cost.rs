//! How much an SVG document would take to draw, found out before it is drawn.
//!
//! An element that uses another is drawn as both. A few lines can thus ask for a billion; so the
//! parts are added up along all references, and what is beyond reason is refused.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId, ParsingOptions};

use super::IconError;

/// The most elements, as they would be drawn.
const MAX_DRAWN: u64 = 10_000;
/// The most elements of the document, and how deep they may be nested.
const MAX_ELEMENTS: u32 = 10_000;
const MAX_DEPTH: usize = 200;
/// The most parts of filters: each works on all pixels.
const MAX_FILTERS: usize = 24;

/// # Errors
/// [`IconError::TooLarge`] for what would take too long, [`IconError::NotAnIcon`] for what is no
/// SVG.
pub(super) fn check(text: &str) -> Result<(), IconError> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_ELEMENTS * 4,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|_| IconError::NotAnIcon)?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err(IconError::NotAnIcon);
    }
    let elements = || root.descendants().filter(Node::is_element);
    let filters = elements().filter(|node| node.tag_name().name().starts_with("fe"));
    let deep = elements().any(|node| node.ancestors().count() > MAX_DEPTH);
    if deep || filters.count() > MAX_FILTERS || elements().any(refers_in_style) {
        return Err(IconError::TooLarge);
    }
    let ids = elements().filter_map(|node| Some((node.attribute("id")?, node)));
    let mut costs = Costs {
        ids: ids.collect(),
        known: HashMap::new(),
    };
    match costs.of(root, 0) {
        Some(cost) if cost <= MAX_DRAWN => Ok(()),
        _ => Err(IconError::TooLarge),
    }
}

/// Rules whose references cannot be followed here.
fn refers_in_style(node: Node<'_, '_>) -> bool {
    let style = node.tag_name().name() == "style";
    style
        && node
            .text()
            .is_some_and(|text| text.contains("url(") || text.contains("@import"))
}

struct Costs<'d> {
    ids: HashMap<&'d str, Node<'d, 'd>>,
    /// `None` while it is being added up: a reference to it now is a circle.
    known: HashMap<NodeId, Option<u64>>,
}

impl<'d> Costs<'d> {
    /// The elements that drawing `node` takes; `None` beyond reason.
    fn of(&mut self, node: Node<'d, 'd>, depth: usize) -> Option<u64> {
        if depth > MAX_DEPTH * 2 {
            return None;
        }
        match self.known.get(&node.id()) {
            Some(Some(cost)) => return Some(*cost),
            // The renderer leaves circles out.
            Some(None) => return Some(0),
            None => {}
        }
        self.known.insert(node.id(), None);
        let mut cost: u64 = 1;
        for child in node.children().filter(Node::is_element) {
            cost = cost.saturating_add(self.of(child, depth + 1)?);
        }
        for target in self.references(node) {
            cost = cost.saturating_add(self.of(target, depth + 1)?);
        }
        self.known.insert(node.id(), Some(cost));
        (cost <= MAX_DRAWN).then_some(cost)
    }

    /// The elements that an attribute of `node` names.
    fn references(&self, node: Node<'d, 'd>) -> Vec<Node<'d, 'd>> {
        let mut found = Vec::new();
        for attribute in node.attributes() {
            let value = attribute.value();
            for part in value.split('#').skip(1) {
                let end = part.find([')', '"', '\'', ' ', ';']).unwrap_or(part.len());
                found.extend(self.ids.get(&part[..end]));
            }
        }
        found
    }
}
