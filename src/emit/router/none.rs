//! No router: pods are the split, and nothing stands beside the Rollout. Routes are a warning of the policy phase.

use super::Router;
use crate::manifest::Field;

pub(super) const ROUTER: Router = Router {
    handles: |_| false,
    traffic_routing: |_| Vec::new(),
    companions: |_, _, _| Vec::new(),
    header_value: |value| Field::mapping(value.origin),
};
