//! In: a resolved policy, and its plan if it compiles. Out: the effective policy, each value with its origin, and the
//! timeline of the release; as text for people and as data.

mod derived;
mod effective;
mod json;
mod text;
mod timeline;

pub use effective::{Effective, Entry, Provenance, effective};
pub use json::json;
pub use text::text;
pub use timeline::{Moment, timeline};
