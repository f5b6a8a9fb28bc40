// Manifests that are read from the folders of modules: custom resource definitions, and the stages of kwok.
// Nothing imports these modules, so this file is never tidied.
module canaryc.dev/lab/manifests

go 1.27.0

require (
	github.com/kedacore/keda/v2 v2.21.0
	istio.io/api v1.31.1
	sigs.k8s.io/gateway-api v1.7.0
	sigs.k8s.io/kwok v0.8.0
)
