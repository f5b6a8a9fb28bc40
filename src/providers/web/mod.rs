//! In: a `web` measure. Out: the request, the part of the response to judge, and the `provider.web` of a metric.

mod target;

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::expression::Answer;
use crate::jsonpath;
use crate::manifest::{Field, Origin};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::reader::Reader;
use crate::policy::substitute::Scope;
use crate::policy::template::Template;
use crate::provider::credentials::{self, Authentication};
use crate::provider::direct::DirectMeasure;
use crate::provider::holes::Holes;
use crate::provider::secret::Secret;
use crate::provider::{DirectProvider, Provider, Usage};
use crate::syntax::tree::Text;
use crate::units::Duration;
use crate::vocabulary::Word;
pub use crate::vocabulary::choices::Method;
use crate::vocabulary::choices::QueryScope;

/// The record of web measures.
pub const PROVIDER: Provider = Provider {
    word: Word::Web,
    name: "web",
    answers: "the JSON of the response, or the part that `json` selects",
    no_data: "none: a request returns a response or an error",
    cannot: &["check a response that is not JSON: Argo Rollouts counts every such response as a success"],
    usage: Usage::Direct(DirectProvider {
        read,
        always_answers: "A web request returns an answer or an error, never an empty result.",
        verdict: None,
    }),
};

/// `web`
#[derive(Clone, Debug)]
pub struct Web {
    /// `url=`
    pub url: Sourced<Template>,
    /// `method=`
    pub method: Sourced<Method>,
    /// `json=`
    pub json: Option<Sourced<Text>>,
    /// `body=`
    pub body: Option<Sourced<Template>>,
    /// `timeout=`, whole seconds.
    pub timeout: Sourced<Duration>,
    /// `insecure=`
    pub insecure: Option<Sourced<bool>>,
    /// `header`
    pub headers: Vec<(Sourced<Text>, Sourced<Template>)>,
    /// `sigv4`, `oauth2`
    pub authentication: Option<Authentication>,
}

/// A header: its name and its value.
type Header = (Sourced<Text>, Sourced<Template>);

/// What a request asks.
struct Target<'a> {
    url: &'a Sourced<Template>,
    body: Option<&'a Sourced<Template>>,
    headers: &'a [Header],
    scope: Option<QueryScope>,
}

impl DirectMeasure for Web {
    fn answer(&self) -> Option<Answer> {
        Some(Answer::Value)
    }

    fn passes_plain_text(&self) -> bool {
        // A whole JSON response that is a string is rare: it has quotes.
        self.json.is_none()
    }

    fn metric(&self, origin: Origin, holes: &mut Holes<'_>) -> Field {
        let method = Field::new(self.method.value.as_str(), self.method.origin);
        let mut field = Field::of(origin, [("method", method), ("url", holes.field(&self.url))]);
        if !self.headers.is_empty() {
            field.set("headers", holes.headers(&self.headers, origin));
        }
        if let Some(body) = &self.body {
            field.set("body", holes.field(body));
        }
        field.set("timeoutSeconds", self.timeout.seconds_field());
        if let Some(json) = &self.json {
            field.set("jsonPath", json.field());
        }
        if let Some(insecure) = &self.insecure {
            field.set("insecure", insecure.field());
        }
        if let Some(authentication) = &self.authentication {
            field.set("authentication", holes.authentication(authentication));
        }
        Field::of(origin, [("web", field)])
    }
}

fn read(cx: &mut Context<'_>, node: Reader<'_>) -> Option<(Arc<dyn DirectMeasure>, Vec<Secret>)> {
    let secrets = credentials::secrets(cx, node);
    let names: Vec<Text> = secrets.iter().map(|secret| Text::clone(&secret.name.value)).collect();
    let scope = Scope { hashes: true, secrets: &names, ..Scope::default() };
    let url = credentials::required_template(cx, node, Word::Url, scope);
    let method = node.get::<Method>(cx, Word::Method);
    let json = node.written::<Text>(cx, Word::Json);
    if let (Some(json), Some(value)) = (&json, node.block.property(Word::Json))
        && let Some(problem) = jsonpath::check(&json.value)
    {
        embedded::report(cx, Code::WebJsonPath, value, problem);
    }
    let body = credentials::template(cx, node, Word::Body, scope);
    if let (Some(body), Some(Method::Get)) = (&body, method.as_ref().map(|method| method.value)) {
        cx.report(
            Diagnostic::new(Code::WebBody, body.span(), "a GET request has no body")
                .label("would not be sent")
                .help("add `method=\"POST\"`, or remove the body"),
        );
    }
    let timeout = node.whole_seconds(cx, Word::Timeout);
    let insecure = node.written::<bool>(cx, Word::Insecure);
    let headers = credentials::headers(cx, node, scope);
    let asks = node.get::<QueryScope>(cx, Word::Scope).map(|scope| scope.value);
    if let Some(url) = &url {
        target::judge(cx, node, &Target { url, body: body.as_ref(), headers: &headers, scope: asks });
    }
    let authentication = credentials::authentication(cx, node, scope);
    let web = Web { url: url?, method: method?, json, body, timeout: timeout?, insecure, headers, authentication };
    Some((Arc::new(web), secrets))
}
