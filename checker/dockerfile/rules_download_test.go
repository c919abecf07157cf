package dockerfile

func downloadCases() map[string][]ruleCase {
	return map[string][]ruleCase{
		"add-unverified": {
			{name: "address", src: "FROM a\nADD https://example.org/x.tar.gz /x/\n", lines: []int{2}},
			{name: "checksum", src: "FROM a\nADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.org/x /x\n"},
			{name: "Git", src: "FROM a\nADD https://github.com/a/b.git#v1 /b\nADD git@github.com:a/b.git /c\n"},
			{name: "file", src: "FROM a\nADD x.tar.gz /x/\n"},
		},
		"download-unverified": {
			{name: "archive", src: "FROM a\nRUN curl -fsSLo x.tgz https://example.org/x.tgz && tar xf x.tgz\n", lines: []int{2}},
			{name: "release", src: "FROM a\nRUN wget -q https://github.com/a/b/releases/download/v1/b-linux\n", lines: []int{2}},
			{name: "compared", src: "FROM a\nRUN curl -fsSLo x.tgz https://example.org/x.tgz && echo 'abc  x.tgz' | sha256sum -c - && tar xf x.tgz\n"},
			{name: "signed", src: "FROM a\nRUN curl -fsSLo x.tgz https://example.org/x.tgz && gpg --verify x.asc x.tgz\n"},
			{name: "a question", src: "FROM a\nRUN curl -fsS https://example.org/api/status\n"},
		},
		"curl-without-fail": {
			{name: "file", src: "FROM a\nRUN curl -sSLo x https://example.org/x\n", lines: []int{2}},
			{name: "redirected", src: "FROM a\nRUN curl https://example.org/x > x\n", lines: []int{2}},
			{name: "pipe", src: "FROM a\nRUN curl -L https://example.org/x.tgz | tar xz\n", lines: []int{2}},
			{name: "remote name", src: "FROM a\nRUN curl -LO https://example.org/x\n", lines: []int{2}},
			{name: "-f among letters", src: "FROM a\nRUN curl -fsSLo x https://example.org/x\n"},
			{name: "--fail", src: "FROM a\nRUN curl --fail -L https://example.org/x | tar xz\n"},
			{name: "compared anyway", src: "FROM a\nRUN curl -Lo x https://example.org/x && sha256sum -c x.sum\n"},
			{name: "wget", src: "FROM a\nRUN wget -O x https://example.org/x\n"},
			{name: "only asked", src: "FROM a\nRUN curl https://example.org/x\n"},
		},
		"unpinned-packages": {
			{name: "pip", src: "FROM a\nRUN pip install flask requests\n", lines: []int{2}},
			{name: "with extras", src: "FROM a\nRUN python -m pip install uvicorn[standard]\n", lines: []int{2}},
			{name: "npm -g", src: "FROM a\nRUN npm install -g typescript\n", lines: []int{2}},
			{name: "of an organization", src: "FROM a\nRUN npm install @nestjs/cli\n", lines: []int{2}},
			{name: "go latest", src: "FROM a\nRUN go install example.org/x@latest\n", lines: []int{2}},
			{name: "versions", src: "FROM a\nRUN pip install flask==3.0.0 'requests>=2,<3' && npm install -g typescript@5 @nestjs/cli@10 && go install example.org/x@v1.2.3\n"},
			{name: "lists and folders", src: "FROM a\nRUN pip install -r requirements.txt && pip install . && pip install -e . && pip install ./x.whl && npm install ./dep.tgz\n"},
			{name: "held by a list", src: "FROM a\nRUN pip install -c versions.txt flask\n"},
			{name: "tools", src: "FROM a\nRUN pip install --upgrade pip setuptools wheel && pip install poetry\n"},
			{name: "everything", src: "FROM a\nRUN npm install && npm ci\n"},
			{name: "a stage that is not used", src: "FROM a AS dev\nRUN pip install pytest\nFROM a\n"},
			{name: "options with a word", src: "FROM a\nRUN pip install --target lib -r requirements.txt\n"},
			{name: "yarn and pnpm", src: "FROM a\nRUN yarn add dotenv\nRUN yarn global add serve\nRUN pnpm add -g tsx\n", lines: []int{2, 3, 4}},
			{name: "gem and cargo", src: "FROM a\nRUN gem install puma\nRUN cargo install sqlx-cli\n", lines: []int{2, 3}},
			{name: "pip from Git", src: "FROM a\nRUN pip install git+https://git.example.org/team/lib.git\n", lines: []int{2}},
			{name: "versions of the others", src: "FROM a\nRUN yarn add dotenv@16.4.5 && pnpm add @scope/x@1 && gem install puma -v 6.4.2 && gem install rack:3.0.9 bundler\n" +
				"RUN cargo install --version 0.8.2 sqlx-cli && cargo install sqlx-cli@0.8.2 && cargo install --path . && cargo install --git https://git.example.org/x\n"},
			{name: "pip from a tag", src: "FROM a\nRUN pip install git+https://git.example.org/team/lib.git@v1.2#egg=lib git+https://me:word@git.example.org/lib@4f2a\n"},
			{name: "yarn of everything", src: "FROM a\nRUN yarn install --frozen-lockfile && yarn && pnpm install\n"},
		},
		"git-clone-moving": {
			{name: "the default branch", src: "FROM a\nRUN git clone https://git.example.org/team/lib.git /src/lib\n", lines: []int{2}},
			{name: "shallow, then built", src: "FROM a\nRUN git clone --depth 1 https://git.example.org/lib && cd lib && make\nRUN make install\n", lines: []int{2}},
			{name: "of a folder of git's options", src: "FROM a\nRUN git -c http.version=HTTP/1.1 clone https://git.example.org/lib\n", lines: []int{2}},
			{name: "a tag", src: "FROM a\nRUN git clone --depth 1 --branch v1.2.3 https://git.example.org/lib\nRUN git clone -b ${TAG} https://git.example.org/b\n"},
			{name: "by an equals sign", src: "FROM a\nRUN git clone --branch=v1 https://git.example.org/lib && git clone --revision=4f2a1c https://git.example.org/b\n"},
			{name: "a commit is checked out", src: "FROM a\nRUN git clone https://git.example.org/lib . && git checkout 4f2a1c\n"},
			{name: "in a later step", src: "FROM a\nRUN git clone https://git.example.org/lib\nWORKDIR lib\nRUN git reset --hard 4f2a1c\n"},
			{name: "by a script", src: "FROM a\nRUN git clone https://git.example.org/lib && git -C lib switch --detach v2\n"},
			{name: "a stage that is not used", src: "FROM a AS dev\nRUN git clone https://git.example.org/lib\nFROM a\n"},
		},
	}
}
