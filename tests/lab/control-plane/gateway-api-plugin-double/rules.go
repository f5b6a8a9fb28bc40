package main

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// One entry of a list in a route, as it is stored.
type entry = map[string]any

func entries(value any) []entry {
	list, _ := value.([]any)
	var found []entry
	for _, item := range list {
		if item, is := item.(entry); is {
			found = append(found, item)
		}
	}
	return found
}

func list(items []entry) []any {
	values := make([]any, 0, len(items))
	for _, item := range items {
		values = append(values, item)
	}
	return values
}

func rulesOf(object *unstructured.Unstructured) []entry {
	rules, _, _ := unstructured.NestedFieldNoCopy(object.Object, "spec", "rules")
	return entries(rules)
}

func setRules(object *unstructured.Unstructured, rules []entry) error {
	return unstructured.SetNestedSlice(object.Object, list(rules), "spec", "rules")
}

// isManaged tells whether a rule was added by a header step: named after a managed route, or that and a number.
func isManaged(rule entry, rollout *v1alpha1.Rollout) bool {
	name, _ := rule["name"].(string)
	return slices.ContainsFunc(rollout.Spec.Strategy.Canary.TrafficRouting.ManagedRoutes, func(route v1alpha1.MangedRoutes) bool {
		return belongs(name, route.Name)
	})
}

func belongs(rule, route string) bool {
	return regexp.MustCompile("^" + regexp.QuoteMeta(route) + "(-[0-9]+)?$").MatchString(rule)
}

func backend(rule entry, name string) entry {
	for _, reference := range entries(rule["backendRefs"]) {
		if reference["name"] == name {
			return reference
		}
	}
	return nil
}

// setWeight gives the canary its weight and the stable version the rest of a hundred, in every rule that is not managed;
// other backends of the rule stay as they are, which distorts it.
func setWeight(object *unstructured.Unstructured, rollout *v1alpha1.Rollout, weight int64) error {
	canary, stable := rollout.Spec.Strategy.Canary.CanaryService, rollout.Spec.Strategy.Canary.StableService
	foundCanary, foundStable := false, false
	rules := rulesOf(object)
	for _, rule := range rules {
		if isManaged(rule, rollout) {
			continue
		}
		if reference := backend(rule, canary); reference != nil {
			reference["weight"], foundCanary = weight, true
		}
		if reference := backend(rule, stable); reference != nil {
			reference["weight"], foundStable = 100-weight, true
		}
	}
	if !foundCanary || !foundStable {
		return fmt.Errorf("the route %s does not name both %s and %s", object.GetName(), canary, stable)
	}
	return setRules(object, rules)
}

// setHeaderRoute adds a rule that sends the audience to the canary for every rule that splits traffic.
func setHeaderRoute(object *unstructured.Unstructured, rollout *v1alpha1.Rollout, step *v1alpha1.SetHeaderRoute) error {
	canary, stable := rollout.Spec.Strategy.Canary.CanaryService, rollout.Spec.Strategy.Canary.StableService
	headers, err := headersOf(step)
	if err != nil {
		return err
	}
	rules := slices.DeleteFunc(rulesOf(object), func(rule entry) bool {
		name, _ := rule["name"].(string)
		return belongs(name, step.Name)
	})
	var added []entry
	for _, rule := range rules {
		reference := backend(rule, canary)
		if reference == nil || backend(rule, stable) == nil {
			continue
		}
		reference = runtime.DeepCopyJSON(reference)
		reference["weight"] = int64(1)
		name := step.Name
		if len(added) > 0 {
			name = fmt.Sprintf("%s-%d", step.Name, len(added))
		}
		copied := entry{"name": name, "backendRefs": list([]entry{reference}), "matches": list(withHeaders(rule, headers))}
		// The filters are taken over, the timeouts are not.
		if filters, has := rule["filters"]; has {
			copied["filters"] = runtime.DeepCopyJSONValue(filters)
		}
		added = append(added, copied)
	}
	return setRules(object, append(rules, added...))
}

// withHeaders returns the matches of a rule, each of them with these headers as well.
func withHeaders(rule entry, headers []entry) []entry {
	var matches []entry
	for _, match := range entries(rule["matches"]) {
		match = runtime.DeepCopyJSON(match)
		match["headers"] = list(append(entries(match["headers"]), headers...))
		matches = append(matches, match)
	}
	if matches == nil {
		matches = []entry{{"headers": list(headers)}}
	}
	return matches
}

func headersOf(step *v1alpha1.SetHeaderRoute) ([]entry, error) {
	var headers []entry
	for _, match := range step.Match {
		kind, value := "", ""
		switch {
		case match.HeaderValue == nil:
			return nil, fmt.Errorf("the header %s has no value", match.HeaderName)
		case match.HeaderValue.Exact != "":
			kind, value = "Exact", match.HeaderValue.Exact
		case match.HeaderValue.Prefix != "":
			// Not escaped: a dot in the prefix matches anything.
			kind, value = "RegularExpression", match.HeaderValue.Prefix+".*"
		default:
			kind, value = "RegularExpression", match.HeaderValue.Regex
		}
		headers = append(headers, entry{"name": match.HeaderName, "type": kind, "value": value})
	}
	return headers, nil
}

// removeManagedRoutes deletes the rules of header steps, and any rule whose only backend is the canary, whoever wrote it.
func removeManagedRoutes(object *unstructured.Unstructured, rollout *v1alpha1.Rollout) error {
	canary := rollout.Spec.Strategy.Canary.CanaryService
	return setRules(object, slices.DeleteFunc(rulesOf(object), func(rule entry) bool {
		references := entries(rule["backendRefs"])
		return isManaged(rule, rollout) || len(references) == 1 && references[0]["name"] == canary
	}))
}
