//! From places in bytes to lines and columns as editors count them.

use crate::splice::BYTE_ORDER_MARK;

/// Where the lines of a text begin.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The line of the byte `at`, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        number(self.index(at) + 1)
    }

    /// The column of the byte `at` in characters, from 1.
    pub(crate) fn column(&self, at: usize) -> u32 {
        let start = self.starts[self.index(at)];
        let before = self.text.get(start..at).unwrap_or_default();
        number(before.trim_start_matches(BYTE_ORDER_MARK).chars().count() + 1)
    }

    /// The text of the line of the byte `at`, at most 200 characters of it.
    pub(crate) fn excerpt(&self, at: usize) -> String {
        let line = self.text[self.starts[self.index(at)]..]
            .lines()
            .next()
            .unwrap_or_default();
        line.trim_start_matches(BYTE_ORDER_MARK)
            .chars()
            .take(200)
            .collect()
    }

    fn index(&self, at: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_and_columns_are_counted_as_editors_do() {
        let text = "\u{FEFF}ab\r\né = x\n\nlast";
        let lines = Lines::new(text);
        let place = |needle: &str| {
            let at = text.find(needle).unwrap();
            (lines.line(at), lines.column(at), lines.excerpt(at))
        };
        assert_eq!(place("b"), (1, 2, "ab".to_owned()));
        assert_eq!(place("x"), (2, 5, "é = x".to_owned()));
        assert_eq!(place("last"), (4, 1, "last".to_owned()));
        assert_eq!((lines.line(text.len()), lines.column(text.len())), (4, 5));
    }
}
