package dockerfile

func networkCases() map[string][]ruleCase {
	return map[string][]ruleCase{
		"loopback-only": {
			{name: "option", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--host\", \"127.0.0.1\"]\n", lines: []int{2}},
			{name: "option with =", src: "FROM a\nCMD serve --bind=localhost:80\n", lines: []int{2}},
			{name: "uvicorn's default", src: "FROM a\nCMD [\"python\", \"-m\", \"uvicorn\", \"app:app\"]\n", lines: []int{2}},
			{name: "ENTRYPOINT and CMD together", src: "FROM a\nENTRYPOINT [\"uvicorn\"]\nCMD [\"app:app\"]\n", lines: []int{3}},
			{name: "flask's default", src: "FROM a\nCMD flask --app x run --port 80\n", lines: []int{2}},
			{name: "gunicorn's default", src: "FROM a\nCMD [\"gunicorn\", \"app:app\"]\n", ctx: withFiles("app.py"), lines: []int{2}},
			{name: "ENV", src: "FROM a\nENV PORT=80 HOST=127.0.0.1\nCMD [\"x\"]\n", lines: []int{2}},

			{name: "all addresses", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--host\", \"0.0.0.0\"]\n"},
			{name: "all addresses, IPv6", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--host=::\"]\n"},
			{name: "uvicorn on a socket file", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--uds\", \"/s\"]\n"},
			{name: "by ENV", src: "FROM a\nENV FLASK_RUN_HOST=0.0.0.0\nCMD [\"flask\", \"run\"]\n"},
			{name: "set again", src: "FROM a\nENV HOST=127.0.0.1\nENV HOST=0.0.0.0\nCMD [\"x\"]\n"},
			{name: "options in a variable", src: "FROM a\nCMD uvicorn app:app $OPTIONS\n"},
			{name: "gunicorn with a bind", src: "FROM a\nCMD [\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app:app\"]\n", ctx: withFiles("app.py")},
			{name: "gunicorn with a worker of uvicorn", src: "FROM a\nENV PORT=80\nCMD [\"gunicorn\", \"-k\", \"uvicorn.workers.UvicornWorker\", \"app:app\"]\n", ctx: withFiles("app.py")},
			{name: "gunicorn's file", src: "FROM a\nCMD [\"gunicorn\", \"app:app\"]\n", ctx: ReviewContext{Files: []string{"gunicorn.conf.py"}}},
			{name: "the database is elsewhere", src: "FROM a\nENV DB_HOST=localhost\nCMD [\"x\"]\n"},
			{name: "health check may use it", src: "FROM a\nHEALTHCHECK CMD x http://127.0.0.1\nCMD [\"x\"]\n"},
		},
		"no-expose": {
			{name: "service", src: "FROM alpine:3.22 AS b\nFROM node:24-slim\nCMD [\"node\"]\n", lines: []int{2}},
			{name: "exposed in a parent stage", src: "FROM node:24-slim AS b\nEXPOSE 80\nFROM b\nCMD [\"node\"]\n"},
			{name: "unknown image", src: "FROM example.org/base:1\nCMD [\"node\"]\n"},
			{name: "a service with a shell above it", src: "FROM node:24-slim\nCMD [\"sh\", \"-c\", \"exec node x\"]\n", lines: []int{1}},
			{name: "a tool that tells its version", src: "FROM node:24-slim\nENTRYPOINT [\"tool\"]\nCMD [\"--version\"]\n"},
			{name: "a tool that tells how it is used, by a shell", src: "FROM debian:13-slim\nCMD tool --help\n"},
			{name: "a shell to work in", src: "FROM alpine:3\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"sh\", \"-l\"]\n"},
		},
		"privileged-port": {
			{name: "80", src: "FROM a\nUSER 1000\nEXPOSE 80\n", lines: []int{3}},
			{name: "range", src: "FROM a\nEXPOSE 8080 1000-1100\nUSER app\n", lines: []int{2}},
			{name: "high", src: "FROM a\nUSER 1000\nEXPOSE 8080\n"},
			{name: "root", src: "FROM a\nEXPOSE 80\n"},
			{name: "variable", src: "FROM a\nUSER 1000\nEXPOSE $PORT\n"},
		},
		"other-port": {
			{name: "option", src: "FROM a\nEXPOSE 80\nCMD [\"uvicorn\", \"app:app\", \"--port\", \"8000\"]\n", lines: []int{2}},
			{name: "bind", src: "FROM a\nEXPOSE 80\nCMD [\"gunicorn\", \"-b\", \"0.0.0.0:8000\", \"app:app\"]\n", lines: []int{2}},
			{name: "ENV", src: "FROM a\nENV PORT=3000\nEXPOSE 8080\nCMD [\"node\", \"x\"]\n", lines: []int{3}},
			{name: "the same", src: "FROM a\nENV PORT=3000\nEXPOSE 3000\nCMD [\"node\", \"x\"]\n"},
			{name: "by the variable", src: "FROM a\nENV PORT=3000\nEXPOSE $PORT\nCMD [\"node\", \"x\"]\n"},
			{name: "in a range", src: "FROM a\nEXPOSE 8000-8010\nCMD [\"uvicorn\", \"app:app\", \"--port=8004\"]\n"},
			{name: "one of several", src: "FROM a\nEXPOSE 9090 8000\nCMD [\"uvicorn\", \"app:app\", \"--port=8000\"]\n"},
			{name: "the start says otherwise than ENV", src: "FROM a\nENV PORT=1\nEXPOSE 8000\nCMD [\"x\", \"--port=8000\"]\n"},
			{name: "not told", src: "FROM a\nEXPOSE 80\nCMD [\"node\", \"x\"]\n"},
			{name: "a socket file", src: "FROM a\nEXPOSE 80\nCMD [\"gunicorn\", \"--bind\", \"unix:/s\", \"app:app\"]\n"},
		},
	}
}
