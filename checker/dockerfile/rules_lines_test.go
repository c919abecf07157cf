package dockerfile

func lineCases() map[string][]ruleCase {
	return map[string][]ruleCase{
		"swallowed-instruction": {
			{name: "an argument", src: "FROM a\nRUN npm ci \\\nCOPY . .\nCMD [\"x\"]\n", lines: []int{3}},
			{name: "a command", src: "FROM a\nRUN apt-get update && \\\n    apt-get install -y curl && \\\n\nCOPY . .\n", lines: []int{5}},
			{name: "a comment between", src: "FROM a\nRUN npm ci \\\n# then the rest\nWORKDIR /app\n", lines: []int{4}},
			{name: "one after packages", src: "FROM a\nRUN apt-get install -y \\\n  curl \\\nUSER app\n", lines: []int{4}},
			{name: "of a CMD", src: "FROM a\nCMD node a.js \\\nEXPOSE 80/tcp $PORT\n", lines: []int{3}},
			{name: "of a COPY", src: "FROM a\nCOPY a b \\\nRUN npm ci\n", lines: []int{3}},
			{name: "of a WORKDIR", src: "FROM a\nWORKDIR /app \\\nCOPY --chown=1 . ./\n", lines: []int{3}},
			{name: "of a health check", src: "FROM a\nHEALTHCHECK --interval=5s \\\nCMD curl -f x \\\nCMD [\"node\", \"x\"]\n", lines: []int{4}},
			{name: "of an ARG", src: "FROM a\nARG A=1 \\\nENV B=2\n", lines: []int{3}},
			{name: "a FROM", src: "FROM a AS b\nRUN make \\\nFROM --platform=linux/amd64 a AS c\n", lines: []int{3}},
			{name: "many kinds", src: "FROM a\nRUN x \\\nENTRYPOINT [\"x\"]\nRUN x \\\nVOLUME /data\nRUN x \\\nSTOPSIGNAL SIGQUIT\nRUN x \\\nLABEL a=b\nRUN x \\\nHEALTHCHECK NONE\n", lines: []int{3, 5, 7, 9, 11}},
			{name: "another sign of continuation", src: "# escape=`\nFROM a\nRUN npm ci `\nCOPY . .\n", lines: []int{4}},
			{name: "with carriage returns", src: "FROM a\r\nRUN npm ci \\\r\nCOPY . .\r\n", lines: []int{3}},

			{name: "no backslash", src: "FROM a\nRUN npm ci\nCOPY . .\n"},
			{name: "the test of a health check", src: "FROM a\nHEALTHCHECK --interval=5s \\\nCMD curl -f x\n"},
			{name: "ONBUILD", src: "FROM a\nONBUILD \\\nCOPY . .\n"},
			{name: "text for echo", src: "FROM a\nRUN echo \\\nFROM x\n"},
			{name: "text in quotes", src: "FROM a\nRUN psql -c \"SELECT a \\\nFROM users \\\nWHERE b\"\n"},
			{name: "text in single quotes", src: "FROM a\nRUN printf '%s' 'a \\\nCOPY . .' > f\nLABEL a=\"b \\\nUSER x\"\n"},
			{name: "in a heredoc", src: "FROM a\nRUN cat > f <<EOF\nx \\\nCOPY . .\nEOF\nCOPY <<EOF /x/Dockerfile\nRUN x \\\nUSER y\nEOF\n"},
			{name: "words in lower case", src: "FROM a\nRUN mkdir x \\\n&& copy a b \\\n; make \\\nuser app\n"},
			{name: "words of a command's own", src: "FROM a\nRUN tool set \\\n    USER root \\\n    EXPOSE 80\n"},
			{name: "assignments", src: "FROM a\nRUN make \\\nUSER=root \\\nENV=prod\nENV A=1 \\\nUSER=x\n"},
			{name: "words that are no instruction's", src: "FROM a\nRUN x \\\nUSER and group\nRUN x \\\nCOPY x\nRUN x \\\nEXPOSE all\nRUN x \\\nSHELL sh\nRUN x \\\nVOLUME full\n"},
		},
		"comment-behind": {
			{name: "COPY", src: "FROM a\nCOPY . . # copy all\n", lines: []int{2}},
			{name: "with options and a list", src: "FROM a\nCOPY --chown=1 [\"a\", \"b\"] #all\n", lines: []int{2}},
			{name: "EXPOSE", src: "FROM a\nEXPOSE 3000 # port\n", lines: []int{2}},
			{name: "WORKDIR and USER", src: "FROM a\nWORKDIR /app # here\nUSER app # not root\n", lines: []int{2, 3}},
			{name: "ARG, VOLUME and STOPSIGNAL", src: "FROM a\nARG A=1 # one\nVOLUME /data # kept\nSTOPSIGNAL SIGINT # soft\n", lines: []int{2, 3, 4}},
			{name: "ENV without =", src: "FROM a\nENV A one # two\n", lines: []int{2}},
			{name: "a line of its own", src: "FROM a\n# copy all\nCOPY . .\n  # port\nEXPOSE 3000\n"},
			{name: "within a continued line", src: "FROM a\nCOPY a \\\n# and b\n  b /x/\n"},
			{name: "for the shell", src: "FROM a\nRUN npm ci # all\nCMD node x # start\nHEALTHCHECK CMD x # ask\n"},
			{name: "in quotes", src: "FROM a\nARG A=\"x # y\"\nENV B=\"x # y\" C='# z w'\nLABEL d=\"1 # 2\"\n"},
			{name: "in a name", src: "FROM a\nADD https://example.org/a.git#main /x\nCOPY a#b /x\n"},
			{name: "files of that name", src: "FROM a\nCOPY #a b #c /x/\nCOPY a b #c /x/\n", ctx: withFiles("#a", "#c", "a", "b")},
			{name: "a colour, a prompt", src: "FROM a\nENV COLOR #fff\nENV COLORS #fff #000\nENV PS1 me@here #\n"},
			{name: "in a heredoc", src: "FROM a\nCOPY <<EOF /x\na b # c\nEOF\n"},
		},
	}
}
