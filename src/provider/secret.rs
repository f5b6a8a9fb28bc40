//! In: nothing. Out: a Secret. The controller puts its value into the texts of a measure.

use crate::manifest::Origin;
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;

/// `secret`
#[derive(Clone, Debug)]
pub struct Secret {
    /// The node.
    pub origin: Origin,
    /// Its name in texts.
    pub name: Sourced<Text>,
    /// `from=`
    pub from: Sourced<Text>,
    /// `key=`
    pub key: Sourced<Text>,
}
