//! The document that clients send to publish: JSON that holds the tarball in base64. The tarball is
//! taken out of it while it arrives, so that its size costs no memory.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

use crate::error::Rejection;

/// The most bytes of the document without the tarball: it may list every version of a package.
const MAX_REST: usize = 32 * 1024 * 1024;
/// The most bytes of a key that could be one of those looked for.
const MAX_KEY: usize = 1024;
/// How deep the document may be nested.
const MAX_DEPTH: usize = 128;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What was found in a part of the document.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing more: the next part is needed.
    More,
    /// The tarball begins.
    Begin,
    /// A piece of the tarball, decoded.
    Piece(Bytes),
    /// The tarball has ended.
    End,
}

/// Reads the document part by part.
#[derive(Debug, Default)]
pub struct Scanner {
    /// Everything but the tarball, whose place is left empty.
    rest: Vec<u8>,
    /// For each object or array that is open: whether it is an object.
    open: Vec<bool>,
    /// The keys of the outermost objects, of which only those looked for matter.
    keys: [Vec<u8>; 3],
    /// Whether the next string in an object is a key.
    key_next: bool,
    state: State,
    tarball: Option<String>,
    decoder: Decoder,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between strings.
    #[default]
    Plain,
    /// In a string; whether it is a key, and whether the last byte was a backslash.
    Text { key: bool, escaped: bool },
    /// In the tarball; whether the last byte was a backslash.
    Tarball { escaped: bool },
}

impl Scanner {
    /// Reads on until something is found. What was read is taken off `part`.
    ///
    /// # Errors
    /// Says why this is no document to publish.
    pub fn read(&mut self, part: &mut Bytes) -> Result<Found, Rejection> {
        while let Some(&byte) = part.first() {
            if let State::Tarball { escaped } = self.state {
                return self.tarball(part, escaped);
            }
            bytes::Buf::advance(part, 1);
            self.keep(byte)?;
            match self.state {
                State::Text { key, escaped } => self.text(byte, key, escaped),
                _ => {
                    if self.plain(byte)? {
                        return Ok(Found::Begin);
                    }
                }
            }
        }
        Ok(Found::More)
    }

    /// The name of the tarball and the document without it, at its end.
    ///
    /// # Errors
    /// Where it has not ended.
    pub fn finish(self) -> Result<(Option<String>, Vec<u8>), Rejection> {
        if self.state != State::Plain || !self.open.is_empty() {
            return Err(malformed());
        }
        Ok((self.tarball, self.rest))
    }

    fn keep(&mut self, byte: u8) -> Result<(), Rejection> {
        if self.rest.len() >= MAX_REST {
            return Err(Rejection::new("The document is larger than 32 MiB."));
        }
        self.rest.push(byte);
        Ok(())
    }

    fn text(&mut self, byte: u8, key: bool, escaped: bool) {
        let depth = self.open.len();
        let ends = byte == b'"' && !escaped;
        self.state = if ends {
            State::Plain
        } else {
            let escaped = byte == b'\\' && !escaped;
            State::Text { key, escaped }
        };
        if let Some(kept) = self.keys.get_mut(depth.wrapping_sub(1)).filter(|_| key)
            && kept.len() <= MAX_KEY
        {
            kept.push(byte);
        }
    }

    /// Whether the tarball begins with this byte.
    fn plain(&mut self, byte: u8) -> Result<bool, Rejection> {
        match byte {
            b'"' => return self.begin_text(),
            b'{' | b'[' => {
                if self.open.len() >= MAX_DEPTH {
                    return Err(malformed());
                }
                self.open.push(byte == b'{');
                self.key_next = byte == b'{';
            }
            b'}' | b']' => {
                if self.open.pop() != Some(byte == b'}') {
                    return Err(malformed());
                }
                self.key_next = false;
            }
            b',' => self.key_next = self.open.last() == Some(&true),
            b':' => self.key_next = false,
            _ => {}
        }
        Ok(false)
    }

    fn begin_text(&mut self) -> Result<bool, Rejection> {
        let key = self.key_next;
        let depth = self.open.len();
        self.state = State::Text {
            key,
            escaped: false,
        };
        if key {
            if let Some(kept) = self.keys.get_mut(depth.wrapping_sub(1)) {
                kept.clear();
                kept.push(b'"');
            }
            return Ok(false);
        }
        let Some(name) = self.tarball_name() else {
            return Ok(false);
        };
        if self.tarball.replace(name).is_some() {
            return Err(Rejection::new("Publish exactly one tarball at a time."));
        }
        self.state = State::Tarball { escaped: false };
        Ok(true)
    }

    /// The name of the attachment whose data begins here, if it is a tarball's.
    fn tarball_name(&self) -> Option<String> {
        if self.open != [true, true, true] {
            return None;
        }
        let key = |at: usize| serde_json::from_slice::<String>(self.keys.get(at)?).ok();
        if key(0)? != "_attachments" || key(2)? != "data" {
            return None;
        }
        key(1).filter(|name| {
            let extension = name.rsplit_once('.').map(|(_, extension)| extension);
            extension.is_some_and(|extension| extension.eq_ignore_ascii_case("tgz"))
        })
    }

    fn tarball(&mut self, part: &mut Bytes, escaped: bool) -> Result<Found, Rejection> {
        if escaped {
            // Some clients write every slash as `\/`.
            if bytes::Buf::get_u8(part) != b'/' {
                return Err(not_base64());
            }
            self.state = State::Tarball { escaped: false };
            return Ok(Found::Piece(self.decoder.decode(b"/")?));
        }
        let special = |byte: &u8| matches!(byte, b'"' | b'\\');
        let end = part.iter().position(special);
        let piece = part.split_to(end.unwrap_or(part.len()));
        if !piece.is_empty() {
            return Ok(Found::Piece(self.decoder.decode(&piece)?));
        }
        if bytes::Buf::get_u8(part) == b'\\' {
            self.state = State::Tarball { escaped: true };
            return Ok(Found::Piece(Bytes::new()));
        }
        self.state = State::Plain;
        self.keep(b'"')?;
        let last = self.decoder.finish()?;
        if last.is_empty() {
            return Ok(Found::End);
        }
        // The end is told with the next call: it is a byte that was put back.
        self.state = State::Tarball { escaped: false };
        self.rest.pop();
        *part = Bytes::from([b"\"", &part[..]].concat());
        Ok(Found::Piece(last))
    }
}

/// Decodes base64 that comes in pieces of any length.
#[derive(Debug, Default)]
struct Decoder {
    /// Fewer than four letters that wait for the rest of their group.
    waiting: Vec<u8>,
    ended: bool,
}

impl Decoder {
    fn decode(&mut self, text: &[u8]) -> Result<Bytes, Rejection> {
        if self.ended {
            return Err(not_base64());
        }
        let missing = (4 - self.waiting.len()).min(text.len());
        let (head, tail) = text.split_at(if self.waiting.is_empty() { 0 } else { missing });
        self.waiting.extend_from_slice(head);
        let mut decoded = Vec::with_capacity(text.len() / 4 * 3 + 3);
        if self.waiting.len() == 4 {
            let group = std::mem::take(&mut self.waiting);
            self.group(&group, &mut decoded)?;
        }
        if self.waiting.is_empty() {
            let (whole, rest) = tail.split_at(tail.len() / 4 * 4);
            self.group(whole, &mut decoded)?;
            self.waiting.extend_from_slice(rest);
        }
        Ok(decoded.into())
    }

    fn group(&mut self, groups: &[u8], decoded: &mut Vec<u8>) -> Result<(), Rejection> {
        if groups.is_empty() {
            return Ok(());
        }
        if self.ended {
            return Err(not_base64());
        }
        self.ended = groups.last() == Some(&b'=');
        BASE64.decode_vec(groups, decoded).map_err(|_| not_base64())
    }

    /// The last bytes, where the padding was left out.
    fn finish(&mut self) -> Result<Bytes, Rejection> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut decoded = Vec::new();
        self.group(&waiting, &mut decoded)?;
        Ok(decoded.into())
    }
}

fn malformed() -> Rejection {
    Rejection::new("The document to publish is not JSON.")
}

fn not_base64() -> Rejection {
    Rejection::new("The tarball in the document to publish is not base64.")
}
