//! What no person notices but some depend on: accessibility, and the content-security policy.

use std::path::Path;

use serde::Deserialize;
use serde_json::json;

use super::{Window, fail, must};

/// The rules of WCAG 2.2 AA and the good practices of axe's authors.
const RUN_AXE: &str = "
const done = arguments[0];
axe.run(document, { resultTypes: ['violations'] }).then(
  ({ violations }) => done({ violations: violations.map(({ id, help, nodes }) => ({
    id, help, elements: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
  })) }),
  (error) => done({ error: String(error) }),
);";

/// A rule of accessibility that the page breaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Violation {
    /// The rule's name in axe.
    pub id: String,
    /// What it asks for.
    pub help: String,
    /// Where it is broken, and how to mend it.
    pub elements: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audit {
    Done { violations: Vec<Violation> },
    Failed { error: String },
}

impl Window {
    /// What axe finds wrong with the page as it stands.
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        self.execute(&axe(), &json!([]));
        let answer = must("run axe", self.session().execute_async(RUN_AXE, &json!([])));
        match serde_json::from_value(answer) {
            Ok(Audit::Done { violations }) => violations,
            Ok(Audit::Failed { error }) => fail(&format!("axe failed: {error}")),
            Err(error) => fail(&format!("axe's answer is not understood: {error}")),
        }
    }

    /// What the content-security policy has refused since the page was loaded.
    #[track_caller]
    pub fn csp_violations(&self) -> Vec<String> {
        let refusals = self.execute("return window.policyRefusals ?? null", &json!([]));
        serde_json::from_value(refusals)
            .unwrap_or_else(|_| fail("only a debug build remembers what its policy refused"))
    }
}

#[track_caller]
fn axe() -> String {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        fail(&format!(
            "{}: {error}; is `npm ci` done in ui?",
            file.display()
        ))
    })
}
