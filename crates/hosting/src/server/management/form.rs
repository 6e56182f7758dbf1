//! The fields of a JSON body, strict about their types. Unknown fields are passed over.

use serde_json::{Map, Value};

use crate::server::Problem;
use crate::server::problem::FieldProblem;

/// The fields of a body, and what is wrong with them so far.
pub(super) struct Form {
    fields: Map<String, Value>,
    problems: Vec<FieldProblem>,
}

impl Form {
    pub(super) fn new(fields: Map<String, Value>) -> Self {
        Self {
            fields,
            problems: Vec::new(),
        }
    }

    /// Text that has to be there.
    pub(super) fn required(&mut self, field: &'static str, message: &str) -> String {
        match self.text(field) {
            Some(Some(text)) => text,
            // Of another type: that has been said.
            None if self.fields.contains_key(field) => String::new(),
            _ => self.missing(field, message),
        }
    }

    fn missing(&mut self, field: &'static str, message: &str) -> String {
        self.refuse(field, message);
        String::new()
    }

    /// Text: `None` where the field is not there, `Some(None)` where it is `null`.
    #[expect(clippy::option_option, reason = "absent and null are two things")]
    pub(super) fn text(&mut self, field: &'static str) -> Option<Option<String>> {
        match self.fields.get(field)? {
            Value::Null => Some(None),
            Value::String(text) => Some(Some(text.clone())),
            _ => {
                self.refuse(field, "Send text, in quotation marks.");
                None
            }
        }
    }

    /// Whether something is so; `null` says nothing.
    pub(super) fn flag(&mut self, field: &'static str) -> Option<bool> {
        match self.fields.get(field)? {
            Value::Null => None,
            Value::Bool(flag) => Some(*flag),
            _ => {
                self.refuse(field, "Send true or false, without quotation marks.");
                None
            }
        }
    }

    /// A whole number; `null` says nothing.
    pub(super) fn number(&mut self, field: &'static str) -> Option<u32> {
        let value = self.fields.get(field).filter(|value| !value.is_null())?;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        if number.is_none() {
            self.refuse(field, "Send a whole number, without quotation marks.");
        }
        number
    }

    /// A list of texts; empty where the field is not there or `null`.
    pub(super) fn list(&mut self, field: &'static str) -> Vec<String> {
        self.maybe_list(field).unwrap_or_default()
    }

    /// A list of texts; `None` where the field is not there or `null`.
    pub(super) fn maybe_list(&mut self, field: &'static str) -> Option<Vec<String>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let list = match self.fields.get(field) {
            None | Some(Value::Null) => return None,
            Some(Value::Array(items)) => items.iter().map(text).collect(),
            Some(_) => None,
        };
        if list.is_none() {
            self.refuse(field, "Send a list of texts.");
        }
        list
    }

    /// Refuses a field that says something which cannot be had here.
    pub(super) fn must_be_empty(&mut self, field: &'static str, message: &str) {
        let empty = match self.fields.get(field) {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::String(text)) => matches!(text.trim(), "" | "[]"),
            Some(_) => false,
        };
        if !empty {
            self.refuse(field, message);
        }
    }

    /// Remembers what is wrong with a field.
    pub(super) fn refuse(&mut self, field: &'static str, message: &str) {
        self.problems.push(FieldProblem {
            field,
            message: message.to_owned(),
        });
    }

    /// Everything that was wrong, at once.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(Problem::Fields(self.problems))
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Problem};
    use serde_json::{Value, json};

    fn form(value: Value) -> Form {
        let Value::Object(fields) = value else {
            panic!("an object")
        };
        Form::new(fields)
    }

    fn wrong(form: Form) -> Vec<&'static str> {
        match form.finish() {
            Err(Problem::Fields(problems)) => problems.iter().map(|one| one.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn fields_are_told_apart_by_type() {
        let mut good =
            form(json!({"a": "x", "b": null, "c": true, "d": ["x"], "more": {"any": 1}}));
        assert_eq!(good.text("a"), Some(Some("x".to_owned())));
        assert_eq!((good.text("b"), good.text("z")), (Some(None), None));
        assert_eq!(
            (good.flag("c"), good.flag("b"), good.flag("z")),
            (Some(true), None, None)
        );
        assert_eq!(good.list("d"), ["x"]);
        assert_eq!(good.required("a", "needed"), "x");
        assert!(wrong(good).is_empty());
        let mut bad = form(json!({"a": 1, "c": "true", "d": [1], "e": null}));
        assert_eq!(bad.text("a"), None);
        assert_eq!(bad.flag("c"), None);
        assert!(bad.list("d").is_empty());
        bad.required("e", "needed");
        bad.required("f", "needed");
        assert_eq!(wrong(bad), ["a", "c", "d", "e", "f"]);
    }

    #[test]
    fn what_cannot_be_had_may_be_empty() {
        for empty in [json!(null), json!([]), json!(""), json!(" [] ")] {
            let mut form = form(json!({ "teams": empty }));
            form.must_be_empty("teams", "no teams");
            assert!(wrong(form).is_empty());
        }
        for full in [json!(["x"]), json!("- iss: x"), json!({}), json!(1)] {
            let mut form = form(json!({ "teams": full }));
            form.must_be_empty("teams", "no teams");
            assert_eq!(wrong(form), ["teams"]);
        }
    }
}
