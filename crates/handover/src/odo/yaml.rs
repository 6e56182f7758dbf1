//! YAML as bytes that people own: where each value lies, found without changing anything.

use std::{iter::Peekable, ops::Range};

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StrInput, StructureStyle};

use crate::json::{Problem, problem};

/// A value and its place in bytes.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub span: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Scalar {
        value: String,
        /// Written without quotation marks, so that it may be a number, a boolean or nothing.
        plain: bool,
    },
    Sequence {
        items: Vec<Node>,
        flow: bool,
    },
    Mapping {
        members: Vec<(Node, Node)>,
        flow: bool,
    },
    /// What stands elsewhere; it is neither read nor changed.
    Alias,
}

/// The outermost value of the text's one document; `None` where there is nothing but comments.
pub(super) fn parse(text: &str) -> Result<Option<Node>, Problem> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let parser = Parser::new_from_str_with_options(text, options);
    let mut events = Events {
        inner: parser.peekable(),
        text,
    };
    let mut root = None;
    loop {
        match events.next()? {
            (Event::StreamEnd, _) => return Ok(root),
            (Event::StreamStart | Event::DocumentEnd, _) => {}
            (Event::DocumentStart(..), span) if root.is_some() => {
                return Err(problem(span.start, "a second document begins here"));
            }
            (Event::DocumentStart(..), _) => root = Some(events.node()?),
            (_, span) => return Err(problem(span.start, "this was not expected here")),
        }
    }
}

struct Events<'a> {
    inner: Peekable<Parser<'a, StrInput<'a>>>,
    text: &'a str,
}

impl<'a> Events<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Problem> {
        match self.inner.next() {
            Some(Ok((event, span))) => Ok((event, self.range(&span))),
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or_default();
                // The parser's own words may repeat the text.
                Err(problem(at.min(self.text.len()), "this is not valid YAML"))
            }
            None => Ok((Event::StreamEnd, self.text.len()..self.text.len())),
        }
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or_default();
        let end = range.end.min(self.text.len());
        range.start.min(end)..end
    }

    /// The next value. Its depth is bounded by the parser.
    fn node(&mut self) -> Result<Node, Problem> {
        let (event, span) = self.next()?;
        let kind = match event {
            Event::Scalar(value, style, ..) => Kind::Scalar {
                value: value.into_owned(),
                plain: style == ScalarStyle::Plain,
            },
            Event::Alias(_) => Kind::Alias,
            Event::SequenceStart(style, ..) => return self.sequence(&span, style),
            Event::MappingStart(style, ..) => return self.mapping(&span, style),
            _ => return Err(problem(span.start, "a value was expected here")),
        };
        Ok(Node { span, kind })
    }

    /// The end of the collection, if it comes next.
    fn end(&mut self) -> Result<Option<Range<usize>>, Problem> {
        let ends = matches!(
            self.inner.peek(),
            Some(Ok((Event::SequenceEnd | Event::MappingEnd, _)))
        );
        if ends {
            return self.next().map(|(_, span)| Some(span));
        }
        Ok(None)
    }

    fn sequence(&mut self, start: &Range<usize>, style: StructureStyle) -> Result<Node, Problem> {
        let mut items = Vec::new();
        loop {
            if let Some(end) = self.end()? {
                let flow = style == StructureStyle::Flow;
                return Ok(Node {
                    span: start.start..end.end,
                    kind: Kind::Sequence { items, flow },
                });
            }
            items.push(self.node()?);
        }
    }

    fn mapping(&mut self, start: &Range<usize>, style: StructureStyle) -> Result<Node, Problem> {
        let mut members = Vec::new();
        loop {
            if let Some(end) = self.end()? {
                let flow = style == StructureStyle::Flow;
                return Ok(Node {
                    span: start.start..end.end,
                    kind: Kind::Mapping { members, flow },
                });
            }
            let key = self.node()?;
            members.push((key, self.node()?));
        }
    }
}

impl Node {
    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Whether it is nothing at all: `key:`, `~`, `null`.
    pub(super) fn is_null(&self) -> bool {
        let null = |value: &str| matches!(value, "" | "~" | "null" | "Null" | "NULL");
        matches!(&self.kind, Kind::Scalar { value, plain: true } if null(value))
    }

    /// Whether it is true, as YAML 1.1 spells that, which odo's parser reads.
    pub(super) fn is_true(&self) -> bool {
        const TRUE: [&str; 4] = ["true", "yes", "on", "y"];
        matches!(&self.kind, Kind::Scalar { value, plain: true }
            if TRUE.iter().any(|word| value.eq_ignore_ascii_case(word)))
    }

    pub(super) fn members(&self) -> &[(Self, Self)] {
        match &self.kind {
            Kind::Mapping { members, .. } => members,
            _ => &[],
        }
    }

    /// The member called `name`, in exactly this case. A second one makes every edit unsafe.
    pub(super) fn find(&self, name: &str) -> Result<Option<&(Self, Self)>, Problem> {
        let mut found = self
            .members()
            .iter()
            .filter(|(key, _)| key.text() == Some(name));
        let first = found.next();
        match found.next() {
            None => Ok(first),
            Some((second, _)) => Err(problem(
                second.span.start,
                "this setting is there a second time",
            )),
        }
    }

    /// Where its last character ends, without what follows a block.
    pub(super) fn end(&self) -> usize {
        let last = match &self.kind {
            Kind::Sequence { items, flow: false } => items.last().map(Self::end),
            Kind::Mapping {
                members,
                flow: false,
            } => members.last().map(|(key, value)| {
                if value.is_null() {
                    // What is empty has no place of its own.
                    key.span.end
                } else {
                    value.end()
                }
            }),
            _ => None,
        };
        last.unwrap_or(self.span.end)
    }

    /// Whether both say the same, wherever they stand.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Alias, Kind::Alias) => true,
            (
                Kind::Scalar { value, plain },
                Kind::Scalar {
                    value: their_value,
                    plain: theirs,
                },
            ) => value == their_value && plain == theirs,
            (Kind::Sequence { items, .. }, Kind::Sequence { items: theirs, .. }) => {
                items.len() == theirs.len()
                    && items
                        .iter()
                        .zip(theirs)
                        .all(|(one, other)| one.says_the_same(other))
            }
            (
                Kind::Mapping { members, .. },
                Kind::Mapping {
                    members: theirs, ..
                },
            ) => {
                members.len() == theirs.len()
                    && members.iter().zip(theirs).all(|((key, value), (k, v))| {
                        key.says_the_same(k) && value.says_the_same(v)
                    })
            }
            _ => false,
        }
    }
}
