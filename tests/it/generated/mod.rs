//! Random policies from seeds: valid ones compile to consistent objects and use the whole language; damaged ones get
//! diagnostics. The lab applies the valid ones to a real API server and a real controller.

mod answers;
mod damage;
mod damaged;
mod effects;
mod names;
mod sides;
mod valid;
mod vocabulary;
