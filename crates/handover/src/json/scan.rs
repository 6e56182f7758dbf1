//! Finds the places of values in a text that is known to be JSON.

use super::{Kind, Member, Node};

/// How deep values may be nested; deeper ones could exhaust the stack.
pub(super) const MAX_DEPTH: usize = 128;

/// The value that `text` is; `None` where it is nested more deeply than [`MAX_DEPTH`].
pub(super) fn scan(text: &str) -> Option<Node> {
    let mut scanner = Scanner {
        text,
        at: 0,
        depth: 0,
    };
    scanner.value()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Scanner<'_> {
    fn value(&mut self) -> Option<Node> {
        let start = self.skip_space();
        let kind = match self.peek()? {
            b'{' => Kind::Object(self.list(b'}', Self::member)?),
            b'[' => Kind::Array(self.list(b']', Self::value)?),
            b'"' => {
                self.string()?;
                Kind::Text
            }
            b'n' => self.word(Kind::Null),
            _ => self.word(Kind::Other),
        };
        Some(Node {
            span: start..self.at,
            kind,
        })
    }

    /// What stands between an opening bracket, commas and `close`.
    fn list<T>(&mut self, close: u8, item: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        loop {
            self.skip_space();
            match self.peek()? {
                b',' => self.at += 1,
                byte if byte == close => break,
                _ => items.push(item(self)?),
            }
        }
        self.at += 1;
        self.depth -= 1;
        Some(items)
    }

    fn member(&mut self) -> Option<Member> {
        let at = self.at;
        self.string()?;
        let key = serde_json::from_str(self.text.get(at..self.at)?).ok()?;
        self.skip_space();
        self.at += 1;
        Some(Member {
            key,
            at,
            value: self.value()?,
        })
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    fn word(&mut self, kind: Kind) -> Kind {
        let ends = |byte: u8| byte.is_ascii_whitespace() || b",]}".contains(&byte);
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
        kind
    }

    fn skip_space(&mut self) -> usize {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.at
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
