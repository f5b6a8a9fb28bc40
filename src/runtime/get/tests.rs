//! Trees of releases as they were recorded, drawn.
