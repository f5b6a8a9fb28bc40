// The Gateway API beside which the older version of Argo Rollouts is judged. Never tidied: see ../go.mod.
module canaryc.dev/lab/manifests/older

go 1.26.0

require sigs.k8s.io/gateway-api v1.4.0
