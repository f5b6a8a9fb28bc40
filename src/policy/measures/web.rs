//! In: a `web` measure. Out: the request, and the part of the answer that is judged.

use super::{Read, Subject, credentials, providers};
use crate::diagnostic::{Code, Diagnostic};
use crate::jsonpath;
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::measure::{MeasureKind, Method, Web};
use crate::policy::substitute::Scope;
use crate::policy::template::Part;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

const METHODS: &[(&str, Method)] = &[("GET", Method::Get), ("POST", Method::Post), ("PUT", Method::Put)];

pub(super) fn web(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let secrets = credentials::secrets(cx, node);
    let names: Vec<Text> = secrets.iter().map(|secret| Text::clone(&secret.name.value)).collect();
    let scope = Scope { hashes: true, secrets: &names, ..Scope::default() };
    let url = credentials::required_template(cx, node, Word::Url, scope);
    if let Some(url) = &url {
        let text = url.value.render();
        let starts = matches!(url.value.parts.first(), None | Some(Part::Argument(_)))
            || text.starts_with("http://")
            || text.starts_with("https://");
        if !starts {
            cx.report(
                Diagnostic::new(Code::WebUrl, url.span(), "a URL starts with `http://` or `https://`")
                    .label("no scheme")
                    .why("The controller could not send the request, and too many errors in a row abort the release.")
                    .help("write the whole URL, such as \"https://shop.example.com/healthz\""),
            );
        }
    }
    let method = node.choice(cx, Word::Method, METHODS);
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
                .help("add `method=\"POST\"`, or leave the body out"),
        );
    }
    let timeout = providers::whole_seconds(cx, node, Word::Timeout);
    let insecure = node.written::<bool>(cx, Word::Insecure);
    let headers = credentials::headers(cx, node, scope);
    let authentication = credentials::authentication(cx, node, scope);
    let web = Web { url: url?, method: method?, json, body, timeout: timeout?, insecure, headers, authentication };
    Some((MeasureKind::Web(Box::new(web)), None, secrets))
}
