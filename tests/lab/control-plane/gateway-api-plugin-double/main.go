// A double of the Gateway API plugin of Argo Rollouts, which is not to be had as a Go module. It speaks the controller's
// plugin protocol and does to routes what was seen of version 0.15 of the real one, its faults included. What it does not
// know it refuses.
package main

import (
	"github.com/argoproj/argo-rollouts/rollout/trafficrouting/plugin/rpc"
	"github.com/hashicorp/go-plugin"
)

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  1,
			MagicCookieKey:   "ARGO_ROLLOUTS_RPC_PLUGIN",
			MagicCookieValue: "trafficrouter",
		},
		Plugins: map[string]plugin.Plugin{"RpcTrafficRouterPlugin": &rpc.RpcTrafficRouterPlugin{Impl: &double{}}},
	})
}
