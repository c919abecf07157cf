package dockerfile

import "slices"

// The slugs of the lessons that rules refer to.
const (
	lessonContainers = "images-and-containers"
	lessonContext    = "build-context"
	lessonCache      = "layer-cache"
	lessonBases      = "base-images"
	lessonStages     = "multi-stage"
	lessonSize       = "image-size"
	lessonNode       = "node-images"
	lessonVenv       = "python-venv"
	lessonStatic     = "static-go"
	lessonUsers      = "users"
	lessonSecrets    = "secrets"
	lessonListen     = "listening-address"
	lessonSignals    = "signals"
	lessonHealth     = "health-checks"
	lessonLogs       = "logs"
	lessonScanning   = "scanning"
)

// Rules returns the table of rules, in the order in which they are checked.
func Rules() []Rule {
	return slices.Concat(
		lintRules(),
		lineRules(),
		baseRules(),
		stageRules(),
		contextRules(),
		cacheRules(),
		packageRules(),
		shellRules(),
		downloadRules(),
		nodeRules(),
		pythonRules(),
		goRules(),
		secretRules(),
		userRules(),
		execRules(),
		startRules(),
		serviceRules(),
		networkRules(),
		healthRules(),
	)
}
