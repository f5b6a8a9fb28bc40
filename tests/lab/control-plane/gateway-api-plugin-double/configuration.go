package main

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A route that the plugin was told of.
type route struct {
	resource schema.GroupVersionResource
	name     string
	// Whether header steps reach it.
	headers bool
}

type listed struct {
	Name            string `json:"name"`
	UseHeaderRoutes bool   `json:"useHeaderRoutes"`
}

// The plugin's part of a Rollout. Route selectors are left out: the double refuses them.
type configuration struct {
	HTTPRoute              string   `json:"httpRoute"`
	GRPCRoute              string   `json:"grpcRoute"`
	TCPRoute               string   `json:"tcpRoute"`
	TLSRoute               string   `json:"tlsRoute"`
	HTTPRoutes             []listed `json:"httpRoutes"`
	GRPCRoutes             []listed `json:"grpcRoutes"`
	TCPRoutes              []listed `json:"tcpRoutes"`
	TLSRoutes              []listed `json:"tlsRoutes"`
	Namespace              string   `json:"namespace"`
	DisableInProgressLabel bool     `json:"disableInProgressLabel"`
}

// routesOf reads which routes belong to a Rollout, and their namespace.
func routesOf(rollout *v1alpha1.Rollout) ([]route, string, error) {
	var read configuration
	decoder := json.NewDecoder(bytes.NewReader(rollout.Spec.Strategy.Canary.TrafficRouting.Plugins["argoproj-labs/gatewayAPI"]))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return nil, "", err
	}
	if read.DisableInProgressLabel {
		return nil, "", errors.New("the double does not know disableInProgressLabel")
	}
	namespace := read.Namespace
	if namespace == "" {
		namespace = rollout.Namespace
	}
	var routes []route
	add := func(version, resource, single string, several []listed) {
		kind := schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: version, Resource: resource}
		if single != "" {
			routes = append(routes, route{kind, single, true})
		}
		for _, one := range several {
			routes = append(routes, route{kind, one.Name, one.UseHeaderRoutes})
		}
	}
	add("v1", "httproutes", read.HTTPRoute, read.HTTPRoutes)
	add("v1", "grpcroutes", read.GRPCRoute, read.GRPCRoutes)
	add("v1alpha2", "tcproutes", read.TCPRoute, read.TCPRoutes)
	add("v1alpha3", "tlsroutes", read.TLSRoute, read.TLSRoutes)
	if len(routes) == 0 {
		return nil, "", errors.New("no route is configured")
	}
	return routes, namespace, nil
}
