package dockerfile

import "slices"

// The slugs of the lessons that rules refer to.
const (
	lessonCache  = "layer-cache"
	lessonVenv   = "python-venv"
	lessonStatic = "static-go"
	lessonListen = "listening-address"
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
		startRules(),
		serviceRules(),
		networkRules(),
		healthRules(),
	)
}
