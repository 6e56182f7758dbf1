//! Requests to the clouds' APIs.

use std::time::Duration;

use registrar_net::{
    Answer, Extra, Follow, HeaderMap, Http, Locality, Method, ProxyRule, Request, Settings, Tls,
    Trace, header,
};
use registrar_registry::{Cloud, Secret, TlsRules};
use serde::de::DeserializeOwned;
use url::Url;

use crate::failure::{Failure, FailureKind};
use crate::machine::Machine;

/// The most bytes of an answer.
const MAX_BODY: u64 = 256 * 1024;
/// How long this computer, or its link, may take to answer: mostly nobody is there.
const NEAR: Duration = Duration::from_secs(1);

/// What is sent.
pub(crate) struct Call<'a> {
    pub(crate) url: Url,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<&'a Secret>,
}

/// How the clouds are reached from this computer.
pub(crate) struct Wire {
    http: Http,
    /// For what is near, where no proxy has any business.
    near: Http,
    pub(crate) machine: Machine,
}

impl Wire {
    pub(crate) fn new(settings: Settings, machine: Machine) -> Self {
        let near = Settings {
            proxy: ProxyRule::Direct,
            timeout: NEAR,
            connect_timeout: NEAR,
        };
        Self {
            http: Http::new(settings),
            near: Http::new(near),
            machine,
        }
    }

    /// Sends `call` to `cloud` and reads the answer, whatever its status.
    pub(crate) async fn send(&self, cloud: Cloud, call: Call<'_>) -> Result<Answer, Failure> {
        self.through(&self.http, cloud, call).await
    }

    /// Sends `call` to this computer or its link, where an answer comes at once or not at all.
    pub(crate) async fn send_near(&self, cloud: Cloud, call: Call<'_>) -> Result<Answer, Failure> {
        if Locality::of(&call.url) == Locality::Elsewhere {
            let raw = "the address is not on this computer or its link";
            return Err(Failure::new(cloud, FailureKind::BadConfiguration, raw).about(raw));
        }
        self.through(&self.near, cloud, call).await
    }

    async fn through(&self, http: &Http, cloud: Cloud, call: Call<'_>) -> Result<Answer, Failure> {
        let rules = TlsRules::default();
        let extra = Extra {
            method: Some(call.method),
            headers: call.headers,
        };
        let url = self.machine.place(call.url);
        let request = Request {
            url: &url,
            authorization: None,
            form: call.body,
            extra: Some(&extra),
            plain_http: Locality::of(&url) != Locality::Elsewhere,
            tls: Tls::from(&rules),
            accept: "application/json",
            max_body: MAX_BODY,
            read_refusals: true,
            follow: Follow::Nowhere,
            deadline: http.deadline(),
            head_only: false,
            from_byte: 0,
        };
        let sent = http.send(&request, &Trace::new(&|_| {})).await;
        sent.map_err(|failure| Failure::net(cloud, &failure))
    }
}

/// The body of `answer` as JSON. The parser's own message could quote a secret.
pub(crate) fn json<T: DeserializeOwned>(cloud: Cloud, answer: &Answer) -> Result<T, Failure> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        let raw = format!(
            "HTTP status {}, line {} is not as expected",
            answer.status,
            error.line()
        );
        Failure::new(cloud, FailureKind::BadAnswer, raw)
    })
}

/// Adds a header that holds a secret; nothing where it cannot be sent.
pub(crate) fn put_secret(headers: &mut HeaderMap, name: &'static str, value: &[u8]) {
    if let Ok(mut value) = header::HeaderValue::from_bytes(value) {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}

/// Adds a header.
pub(crate) fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
