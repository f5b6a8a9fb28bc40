//! Random policies, from seeds: valid ones compile to objects that hold together and use the whole language, damaged ones
//! are answered. The lab gives the valid ones to a real API server and a real controller.

mod answers;
mod damage;
mod damaged;
mod names;
mod sides;
mod valid;
mod vocabulary;
