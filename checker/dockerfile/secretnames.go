package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// secretWord is the end of a variable's name that holds a secret.
var secretWord = regexp.MustCompile(`(?i)((^|_)(PASSWORD|PASSWD|PWORD|PASSPHRASE|PASS|SECRET|TOKEN|APIKEY|CREDENTIALS?|` +
	`(API|SECRET|PRIVATE|ACCESS|ENCRYPTION|SIGNING|MASTER|SSH|LICENSE|ACCOUNT)_?KEY)|_PWD)(_?V?[0-9]+|_BASE|_(PROD|PRODUCTION|STAGING|DEV|TEST))?$`)

// openName is the name of what is no secret though it ends like one: BuildKit
// lets be what is public, a file or a version, and the tools that build for a
// browser write variables of their prefix into what everybody downloads.
var openName = regexp.MustCompile(`(?i)(^|_)(PUBLIC|PUBLISHABLE|FILE|VERSION)(_|$)|^(VITE|REACT_APP|VUE_APP|GATSBY)_`)

// countName is the name of what a number is none of: how many tokens there are,
// and which key.
var countName = regexp.MustCompile(`(?i)(TOKEN|KEY)$`)

// Names that are a secret's or not, for which the value decides: keys of services
// and ciphers, any other key, and how to log in.
var (
	serviceKey = regexp.MustCompile(`(?i)(^|_)(STRIPE|SENDGRID|MAILGUN|TWILIO|OPENAI|ANTHROPIC|DATADOG|GITHUB|GITLAB|JWT|HMAC|AES)_?KEY$`)
	anyKey     = regexp.MustCompile(`(?i)_KEY$`)
	openKey    = regexp.MustCompile(`(?i)(^|_)(GPG|PGP|APT|RPM|CACHE|HOST|SITE|FINGERPRINT)(_|$)`)
	authWord   = regexp.MustCompile(`(?i)(^|_)AUTH$`)
)

// innocent is a value that is no secret whatever its name: a switch, a
// placeholder, or where the secret is to be found.
var innocent = regexp.MustCompile(`(?i)^(|true|false|yes|no|on|off|[0-9]|dummy|placeholder|fake|none|null|unset|(~|\.{1,2})?/\S*|https?://[^\s@]*|[\w./-]+\.(pem|key|crt|pub|json|ya?ml|txt))$`)

// What values look like: a number, a long run of letters and digits, the
// fingerprint of a key, a key that a service gives to browsers, and the two ways
// to log in over HTTP.
var (
	longRun     = regexp.MustCompile(`[A-Za-z0-9]{16,}`)
	fingerprint = regexp.MustCompile(`^(0x)?([0-9A-F]{16}|[0-9A-F]{32}|[0-9A-F]{40})$`)
	openValue   = regexp.MustCompile(`^pk_`)
	loginValue  = regexp.MustCompile(`(?i)^(basic|bearer)\s+[^\s$]+$`)
	hostAndPort = regexp.MustCompile(`:[0-9]+$`)
)

// isSecret tells that a variable of a name and a value holds a secret.
func isSecret(name, value string) bool {
	value = strings.Trim(value, `"'`)
	switch {
	case openName.MatchString(name) || innocent.MatchString(value) || countName.MatchString(name) && number.MatchString(value):
		return false
	case secretWord.MatchString(name):
		return true
	case serviceKey.MatchString(name):
		return !openValue.MatchString(value)
	case anyKey.MatchString(name):
		return !openKey.MatchString(name) && !fingerprint.MatchString(value) && looksRandom(value)
	case authWord.MatchString(name):
		return loginValue.MatchString(value) || userAndPassword.MatchString(value) && !hostAndPort.MatchString(value)
	}
	return false
}

// asksForSecret tells the name of a build argument that a secret is given by.
func asksForSecret(name string) bool {
	return secretWord.MatchString(name) && !openName.MatchString(name)
}

// looksRandom tells a text with a long run of both letters and digits, as no
// name has.
func looksRandom(value string) bool {
	return slices.ContainsFunc(longRun.FindAllString(value, -1), func(run string) bool {
		return strings.ContainsAny(run, "0123456789") && strings.Trim(run, "0123456789") != ""
	})
}

// secretName is a file that holds secrets by its name.
var secretName = regexp.MustCompile(`^(\.env(\*|\..+)?|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc|\.git-credentials|.+\.key|credentials\.json)$`)

// exampleName is one that shows what such a file looks like.
var exampleName = regexp.MustCompile(`\.(example|sample|template|dist|defaults)$`)

func holdsSecret(name string) bool {
	if name == ".aws/credentials" || strings.HasSuffix(name, "/.aws/credentials") {
		return true
	}
	name = path.Base(name)
	return secretName.MatchString(name) && !exampleName.MatchString(name)
}

// Files that hold secrets or none, and what it looks like when they do. A
// variable in its place is filled in elsewhere.
var (
	privateKey   = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	accountName  = regexp.MustCompile(`(?i)(service[-_]?account|adminsdk|credential|key).*\.json$`)
	npmSettings  = regexp.MustCompile(`(?m)^[^#;\n]*(_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?\s*[:=]\s*["']?[^$\s"']`)
	pipSettings  = regexp.MustCompile(`(?m)^[^#;\n]*https?://[^/\s:@]+:[^/\s@$]+@`)
	registryAuth = regexp.MustCompile(`"auth"\s*:\s*"[^"]+"`)
	clusterLogin = regexp.MustCompile(`(?m)^[^#\n]*(client-key-data|token|password):\s*["']?[^$\s"']`)
)

// tellsSecret tells that a file of the project holds a secret by what stands in it.
func (r *review) tellsSecret(name string) bool {
	var form *regexp.Regexp
	switch base := path.Base(name); {
	case path.Ext(base) == ".pem", accountName.MatchString(base):
		form = privateKey
	case base == ".npmrc", base == ".yarnrc", base == ".yarnrc.yml":
		form = npmSettings
	case base == "pip.conf":
		form = pipSettings
	case base == ".dockercfg", strings.HasSuffix(name, ".docker/config.json"):
		form = registryAuth
	case base == "kubeconfig", strings.HasSuffix(name, ".kube/config"):
		form = clusterLogin
	default:
		return false
	}
	return form.Match(r.read(name))
}

// forTests tells a file among what tests bring along, where keys are made up.
func forTests(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return slices.Contains([]string{"test", "tests", "__tests__", "spec", "fixtures", "examples"}, part)
	})
}
