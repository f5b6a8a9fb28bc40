package main

import (
	"context"
	"os"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/plugin/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
)

// What a route carries while some of its traffic goes to a canary.
const label = "rollouts.argoproj.io/gatewayapi-canary"

type double struct {
	client dynamic.Interface
}

func failed(err error) types.RpcError {
	if err == nil {
		return types.RpcError{}
	}
	return types.RpcError{ErrorString: err.Error()}
}

func (d *double) InitPlugin() types.RpcError {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return failed(err)
	}
	// The real one asks five times a second at most, which is slow when many tests run at once.
	config.QPS, config.Burst = 200, 400
	d.client, err = dynamic.NewForConfig(config)
	return failed(err)
}

func (d *double) UpdateHash(*v1alpha1.Rollout, string, string, []v1alpha1.WeightDestination) types.RpcError {
	return types.RpcError{}
}

func (d *double) SetWeight(rollout *v1alpha1.Rollout, weight int32, _ []v1alpha1.WeightDestination) types.RpcError {
	return failed(d.change(rollout, func(object *unstructured.Unstructured, _ route) error {
		if err := setWeight(object, rollout, int64(weight)); err != nil {
			return err
		}
		labels := object.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		if weight > 0 {
			labels[label] = "in-progress"
		} else {
			delete(labels, label)
		}
		object.SetLabels(labels)
		return nil
	}))
}

// SetHeaderRoute without a match removes every managed route, not only the one that it names.
func (d *double) SetHeaderRoute(rollout *v1alpha1.Rollout, step *v1alpha1.SetHeaderRoute) types.RpcError {
	if len(step.Match) == 0 {
		return d.RemoveManagedRoutes(rollout)
	}
	return failed(d.change(rollout, func(object *unstructured.Unstructured, route route) error {
		if !route.headers {
			return nil
		}
		return setHeaderRoute(object, rollout, step)
	}))
}

func (d *double) SetMirrorRoute(*v1alpha1.Rollout, *v1alpha1.SetMirrorRoute) types.RpcError {
	return types.RpcError{}
}

func (d *double) VerifyWeight(*v1alpha1.Rollout, int32, []v1alpha1.WeightDestination) (types.RpcVerified, types.RpcError) {
	return types.Verified, types.RpcError{}
}

func (d *double) RemoveManagedRoutes(rollout *v1alpha1.Rollout) types.RpcError {
	return failed(d.change(rollout, func(object *unstructured.Unstructured, route route) error {
		if !route.headers {
			return nil
		}
		return removeManagedRoutes(object, rollout)
	}))
}

func (d *double) Type() string {
	return "double of the Gateway API plugin"
}

// change applies a change to every route of a Rollout, and again when somebody else was quicker.
func (d *double) change(rollout *v1alpha1.Rollout, apply func(*unstructured.Unstructured, route) error) error {
	routes, namespace, err := routesOf(rollout)
	if err != nil {
		return err
	}
	for _, route := range routes {
		client := d.client.Resource(route.resource).Namespace(namespace)
		err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
			object, err := client.Get(context.Background(), route.name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			if err := apply(object, route); err != nil {
				return err
			}
			_, err = client.Update(context.Background(), object, metav1.UpdateOptions{})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
