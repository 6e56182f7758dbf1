//! Which lines of the file belong to which table.

use toml_parser::{
    Source,
    parser::{Event, EventKind, parse_document},
};

use crate::splice::BYTE_ORDER_MARK;

/// The tables of a file in their order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Where the keys before the first table end.
    root_end: usize,
    pub(crate) blocks: Vec<Block>,
}

/// A table with its sub-tables and its own comments, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    /// Whether it is a `[[registry]]`.
    pub(crate) registry: bool,
    /// Where it begins: with the comment lines directly above its header.
    pub(crate) start: usize,
    /// Where it ends: behind the comment lines directly below its last line.
    pub(crate) end: usize,
    /// Where what goes away with it ends: behind `end` and the blank lines that follow, unless
    /// they alone part what stands before it from what stands after it.
    pub(crate) cut: usize,
}

/// A sub-table of a registry stands at this byte, away from its registry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scattered(pub(crate) usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Comment,
    /// Keys and values; one that spans several lines counts as one.
    Content,
    /// `[[registry]]`
    Registry,
    /// `[registry.…]` or `[[registry.…]]`
    Inside,
    /// The header of any other table.
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    kind: Kind,
}

impl Layout {
    /// Finds the tables of `text`, which is known to be TOML.
    pub(crate) fn of(text: &str) -> Result<Self, Scattered> {
        let lines = Scan::lines(text);
        let start_of = |line: usize| lines.get(line).map_or(text.len(), |line| line.start);
        let found = spans(&lines)?;
        let blocks = found.spans.iter().enumerate().map(|(i, span)| {
            let next = found
                .spans
                .get(i + 1)
                .map_or(lines.len(), |next| next.first);
            let end = span.end + run(&lines[span.end..next], Kind::Comment);
            let parted = span.first == 0 || lines[span.first - 1].kind == Kind::Blank;
            let blank = if parted {
                run(&lines[end..next], Kind::Blank)
            } else {
                0
            };
            Block {
                registry: span.registry,
                start: start_of(span.first),
                end: start_of(end),
                cut: start_of(end + blank),
            }
        });
        Ok(Self {
            blocks: blocks.collect(),
            root_end: start_of(found.root_end),
        })
    }

    /// Which block is the `entry`th registry.
    pub(crate) fn block_of(&self, entry: usize) -> Option<usize> {
        let registries = self
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| block.registry);
        registries.map(|(index, _)| index).nth(entry)
    }

    /// Where the block before the `index`th ends, or the keys before all blocks do.
    pub(crate) fn end_before(&self, index: usize) -> usize {
        match index
            .checked_sub(1)
            .and_then(|before| self.blocks.get(before))
        {
            Some(block) => block.end,
            None => self.root_end,
        }
    }
}

/// How many lines of this kind stand at the beginning.
fn run(lines: &[Line], kind: Kind) -> usize {
    lines.iter().take_while(|line| line.kind == kind).count()
}

/// A block in lines: the first, and the one behind the last with content.
struct Span {
    registry: bool,
    first: usize,
    end: usize,
}

struct Spans {
    root_end: usize,
    spans: Vec<Span>,
}

fn spans(lines: &[Line]) -> Result<Spans, Scattered> {
    let mut found = Spans {
        root_end: 0,
        spans: Vec::new(),
    };
    for (i, line) in lines.iter().enumerate() {
        match line.kind {
            Kind::Blank | Kind::Comment => {}
            Kind::Registry | Kind::Other => {
                let first = i - own_comments(lines, i);
                found.spans.push(Span {
                    registry: line.kind == Kind::Registry,
                    first,
                    end: i + 1,
                });
            }
            Kind::Content | Kind::Inside => match found.spans.last_mut() {
                Some(span) if span.registry || line.kind == Kind::Content => span.end = i + 1,
                None if line.kind == Kind::Content => found.root_end = i + 1,
                _ => return Err(Scattered(line.start)),
            },
        }
    }
    Ok(found)
}

/// How many comment lines stand directly above the header. The comment that the file begins
/// with belongs to the file.
fn own_comments(lines: &[Line], header: usize) -> usize {
    let above = lines[..header].iter().rev();
    let count = above.take_while(|line| line.kind == Kind::Comment).count();
    if count == header { 0 } else { count }
}

/// Makes lines of the parser's events.
struct Scan<'a> {
    source: Source<'a>,
    lines: Vec<Line>,
    start: usize,
    kind: Kind,
    /// How many arrays and inline tables are open.
    depth: usize,
    /// In a header: how many keys were seen.
    keys: Option<usize>,
}

impl<'a> Scan<'a> {
    fn lines(text: &'a str) -> Vec<Line> {
        let source = Source::new(text);
        let tokens = source.lex().into_vec();
        let start = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        };
        let mut scan = Self {
            source,
            lines: Vec::new(),
            start,
            kind: Kind::Blank,
            depth: 0,
            keys: None,
        };
        parse_document(&tokens, &mut |event: Event| scan.take(event), &mut ());
        if scan.start < text.len() {
            scan.lines.push(Line {
                start: scan.start,
                kind: scan.kind,
            });
        }
        scan.lines
    }

    fn take(&mut self, event: Event) {
        match event.kind() {
            EventKind::ArrayOpen | EventKind::InlineTableOpen => self.depth += 1,
            EventKind::ArrayClose | EventKind::InlineTableClose => self.depth -= 1,
            EventKind::Newline if self.depth == 0 => self.end_line(event.span().end()),
            EventKind::Comment if self.kind == Kind::Blank => self.kind = Kind::Comment,
            EventKind::StdTableOpen => self.open(Kind::Other),
            EventKind::ArrayTableOpen => self.open(Kind::Registry),
            EventKind::StdTableClose | EventKind::ArrayTableClose => self.keys = None,
            EventKind::SimpleKey => self.key(event),
            _ => {}
        }
    }

    fn open(&mut self, kind: Kind) {
        self.kind = kind;
        self.keys = Some(0);
    }

    fn key(&mut self, event: Event) {
        let Some(count) = &mut self.keys else {
            if self.kind == Kind::Blank {
                self.kind = Kind::Content;
            }
            return;
        };
        *count += 1;
        self.kind = match (*count, self.kind) {
            (1, _) if !self.is_registry(event) => Kind::Other,
            (1, Kind::Other) | (2, Kind::Registry) => Kind::Inside,
            (_, kind) => kind,
        };
    }

    /// Whether the key says `registry`, however it is written.
    fn is_registry(&self, event: Event) -> bool {
        let Some(raw) = self.source.get(event) else {
            return false;
        };
        let mut key = String::new();
        raw.decode_key(&mut key, &mut ());
        key == "registry"
    }

    fn end_line(&mut self, end: usize) {
        self.lines.push(Line {
            start: self.start,
            kind: self.kind,
        });
        self.start = end;
        self.kind = Kind::Blank;
    }
}

#[cfg(test)]
mod tests;
