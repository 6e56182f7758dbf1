//! Which form of an index a client wants.

use axum::http::header;

use crate::server::Call;

/// A form of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `text/html`
    Html,
    /// The same, under the name that PEP 691 gave it.
    HtmlV1,
    /// JSON.
    JsonV1,
}

impl Form {
    /// Where a client likes several equally, the last one wins.
    const ALL: [Self; 3] = [Self::Html, Self::HtmlV1, Self::JsonV1];

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::HtmlV1 => "application/vnd.pypi.simple.v1+html",
            Self::JsonV1 => "application/vnd.pypi.simple.v1+json",
        }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Html => &["text/html"],
            Self::HtmlV1 => &[
                "application/vnd.pypi.simple.v1+html",
                "application/vnd.pypi.simple.latest+html",
            ],
            Self::JsonV1 => &[
                "application/vnd.pypi.simple.v1+json",
                "application/vnd.pypi.simple.latest+json",
            ],
        }
    }

    /// The form that a request asks for: by `?format=`, or else by its `Accept` headers.
    pub(super) fn asked(call: &Call) -> Option<Self> {
        if let Some(format) = call.query("format") {
            // A plus that is not escaped means a space there, and nobody escapes it.
            let format = format.replace(' ', "+");
            return Self::ALL.into_iter().find(|form| form.is(&format));
        }
        let values = call.headers().get_all(header::ACCEPT).iter();
        let accept: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        Self::accepted(&accept.join(","))
    }

    fn is(self, name: &str) -> bool {
        let mut names = self.names().iter();
        names.any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The form that an `Accept` header likes most; HTML where it says nothing.
    fn accepted(accept: &str) -> Option<Self> {
        if accept.trim().is_empty() {
            return Some(Self::Html);
        }
        let ranges: Vec<(&str, u16)> = accept.split(',').map(range).collect();
        let liked = |form: Self| {
            let mut matching = ranges.iter().filter_map(|&(name, weight)| {
                let exactness = form.exactness(name)?;
                Some((exactness, weight))
            });
            let first = matching.next()?;
            let (exactness, weight) = matching.fold(first, std::cmp::max);
            (weight > 0).then_some((weight, exactness))
        };
        let forms = Self::ALL.into_iter();
        let all = forms.filter_map(|form| Some((liked(form)?, form)));
        // What is asked for only by a wildcard is the form that everything reads.
        let best = all.max_by_key(|&((weight, exactness), form)| {
            let rank = if exactness == 0 {
                form == Self::Html
            } else {
                true
            };
            (weight, exactness, rank, form as u8)
        })?;
        Some(best.1)
    }

    /// How exactly a media range names this form; `None` where it does not.
    fn exactness(self, range: &str) -> Option<u8> {
        let own = self.names().first()?;
        let kind = own.split('/').next()?;
        match range {
            _ if self.is(range) => Some(2),
            "*/*" => Some(0),
            range if range.strip_suffix("/*")?.eq_ignore_ascii_case(kind) => Some(1),
            _ => None,
        }
    }
}

/// A media range without its parameters, and its weight in thousandths.
fn range(text: &str) -> (&str, u16) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    (name, weight.map_or(1000, thousandths))
}

/// A weight from 0 to 1 with at most three digits; what is none counts as not wanted.
fn thousandths(weight: &str) -> u16 {
    let (whole, digits) = weight.split_once('.').unwrap_or((weight, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(digits) || digits.len() > 3 {
        return 0;
    }
    let padded = format!("{digits:0<3}").parse().unwrap_or(0);
    match whole {
        "0" => padded,
        "1" if padded == 0 => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn the_form_is_what_the_client_likes_most() {
        let json = "application/vnd.pypi.simple.v1+json";
        let html = "application/vnd.pypi.simple.v1+html";
        let pip = format!("{json}, {html}; q=0.1, text/html; q=0.01");
        let uv = format!("{json}, {html};q=0.2, text/html;q=0.01");
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, form) in [
            ("", Some(Form::Html)),
            ("*/*", Some(Form::Html)),
            (browser, Some(Form::Html)),
            (&pip, Some(Form::JsonV1)),
            (&uv, Some(Form::JsonV1)),
            ("text/html", Some(Form::Html)),
            ("text/*;q=0.5, application/*;q=0.4", Some(Form::Html)),
            ("application/*", Some(Form::JsonV1)),
            (html, Some(Form::HtmlV1)),
            (
                "application/vnd.pypi.simple.latest+json",
                Some(Form::JsonV1),
            ),
            (
                "application/vnd.pypi.simple.v1+json;q=0, */*",
                Some(Form::Html),
            ),
            (
                "text/html;q=0.2, application/vnd.pypi.simple.v1+html;q=0.9",
                Some(Form::HtmlV1),
            ),
            ("text/html;q=0", None),
            ("application/json", None),
            ("application/vnd.pypi.simple.v2+json", None),
            ("text/html;q=7", None),
        ] {
            assert_eq!(Form::accepted(accept), form, "{accept}");
        }
    }
}
