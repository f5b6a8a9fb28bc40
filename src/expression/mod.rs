//! In: a condition of an analysis metric in the expression language of Argo Rollouts, and the type of the provider's
//! result. Out: the problems of the condition with their positions; and in the other direction, the conditions for a
//! threshold.

mod conditions;
mod functions;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;
mod types;
mod typing;

pub use conditions::{Answer, Judgement, Literal, NoData, OnFail, Place, Threshold, judgement};
pub use types::ResultType;

use crate::embedded::TextProblem;

/// The problems of a condition. A syntax error ends the search; all type errors are found.
pub fn check(condition: &str, result: ResultType) -> Vec<TextProblem> {
    parser::check(condition, result)
}

/// Whether the condition uses `result`; otherwise it is the same for every result.
pub fn looks_at_result(condition: &str) -> bool {
    lexer::tokens(condition).is_ok_and(|tokens| tokens.iter().any(|token| token.is_name(condition, "result")))
}
