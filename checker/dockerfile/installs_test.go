package dockerfile

import (
	"fmt"
	"strings"
	"testing"
)

func TestInstalls(t *testing.T) {
	for name, tc := range map[string]struct {
		src  string
		want string // line and command, separated by semicolons
	}{
		"in any stage":                        {"FROM a AS b\nRUN npm ci --omit=dev && echo done\nFROM c\nRUN python -m pip install -r r.txt\n", "2 npm ci; 4 pip install"},
		"of the system":                       {"FROM a\nRUN apt-get update && apt-get -y install curl\nRUN apk add curl\n", "2 apt-get install; 3 apk add"},
		"inherited, once":                     {"FROM a AS b\nRUN npm ci\nFROM b\nRUN true\nFROM b\n", "2 npm ci"},
		"none":                                {"FROM a\nRUN echo npm ci && npm ci --dry-run && npm install -g serve\n", ""},
		"uv, the project below":               {"FROM a\nRUN uv sync --locked --no-install-project --no-dev\nCOPY . .\nRUN uv sync --no-dev --locked\n", "2 uv sync"},
		"uv, in a stage that goes on":         {"FROM a AS b\nRUN uv sync --no-install-project\nFROM b\nCOPY . .\nRUN uv sync\n", "2 uv sync"},
		"uv, more groups below":               {"FROM a\nRUN uv sync --no-install-project --no-dev\nCOPY . .\nRUN uv sync --extra web\n", "2 uv sync; 4 uv sync"},
		"uv, in another stage":                {"FROM a AS b\nRUN uv sync --no-install-project\nFROM a\nCOPY . .\nRUN uv sync\n", "2 uv sync; 5 uv sync"},
		"poetry, the project alone":           {"FROM a\nRUN poetry install --no-root --only=main\nCOPY . .\nRUN poetry install --only-root\n", "2 poetry install"},
		"poetry, the project too":             {"FROM a\nRUN poetry install --no-root --only main\nCOPY . .\nRUN poetry install --only=main\n", "2 poetry install"},
		"poetry, by a tool of pip's":          {"FROM a\nRUN pip install poetry\nCOPY . .\nRUN poetry install\n", "2 pip install; 4 poetry install"},
		"pnpm, from its store":                {"FROM a\nRUN pnpm fetch\nCOPY . .\nRUN pnpm install -r --offline --prod\n", "2 pnpm fetch"},
		"pnpm, more than was fetched":         {"FROM a\nRUN pnpm fetch --prod\nCOPY . .\nRUN pnpm install\n", "2 pnpm fetch; 4 pnpm install"},
		"pnpm, without a fetch":               {"FROM a\nCOPY . .\nRUN pnpm install --offline\n", "3 pnpm install"},
		"pip, the project without the others": {"FROM a\nRUN pip install -r r.txt\nCOPY . .\nRUN pip install --no-deps .\n", "2 pip install"},
		"pip, the project":                    {"FROM a\nRUN pip install -r r.txt\nCOPY . .\nRUN pip install --no-cache-dir -e .\n", "2 pip install"},
		"pip, the project and all it needs":   {"FROM a\nRUN pip install -U pip\nCOPY . .\nRUN pip install .\n", "2 pip install; 4 pip install"},
		"pip, a list below":                   {"FROM a\nRUN pip install -r a.txt\nCOPY . .\nRUN pip install . -r b.txt\n", "2 pip install; 4 pip install"},
		"pip, a list that names all there is": {"FROM a\nCOPY . .\nRUN pip install --no-deps -r r.txt\n", "3 pip install"},
		"npm, which begins anew":              {"FROM a\nRUN npm ci\nCOPY . .\nRUN npm ci --omit=dev\n", "2 npm ci; 4 npm ci"},
		"yarn by its name alone":              {"FROM a\nRUN yarn\nRUN yarn --frozen-lockfile\nRUN yarn --version\nRUN yarn build\n", "2 yarn; 3 yarn"},
		"yarn elsewhere":                      {"FROM a\nRUN yarn --cwd web --frozen-lockfile\nRUN yarn --cwd web build\n", "2 yarn"},
		"by a wrapper":                        {"FROM a\nRUN ./mvnw -s settings.xml dependency:go-offline\nRUN ./gradlew dependencies\n", "2 mvn dependency:go-offline; 3 gradle dependencies"},
		"of the system, with an option":       {"FROM a\nRUN apt-get -o Acquire::Retries=3 install -y curl\n", "2 apt-get install"},
		"twice in a step":                     {"FROM a\nRUN npm ci && npm install\n", "2 npm ci; 2 npm install"},
	} {
		var got []string
		for _, i := range parse(t, tc.src).Installs() {
			got = append(got, fmt.Sprintf("%d %s", i.Line, i.Command))
		}
		if strings.Join(got, "; ") != tc.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), tc.want)
		}
	}
}
