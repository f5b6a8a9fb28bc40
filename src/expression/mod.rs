//! In: a condition of an analysis metric, in the expression language that Argo Rollouts evaluates, and the type of the provider's
//! answer. Out: what is wrong with it and where; and, the other way round, the conditions that a threshold compiles to.

mod conditions;
mod functions;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;
mod types;
mod typing;

pub use conditions::{Answer, Conditions, Literal, NoData, OnFail, Place, Threshold, conditions};
pub use types::ResultType;

use crate::embedded::TextProblem;

/// Everything that is wrong with a condition. A mistake of grammar ends the search; mistakes of types are all found.
pub fn check(condition: &str, result: ResultType) -> Vec<TextProblem> {
    parser::check(condition, result)
}

/// Whether the condition looks at `result` at all; one that does not is the same for every answer.
pub fn looks_at_result(condition: &str) -> bool {
    lexer::tokens(condition).is_ok_and(|tokens| tokens.iter().any(|token| token.is_name(condition, "result")))
}
