FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
RUN --mount=type=bind,target=. <<EOF
  set -e
  go mod download
  GOOS=$TARGETOS go build -o /app ./cmd/${NAME:-app}
EOF
COPY <<-"CONF" /etc/app.conf
	a = $b
CONF
FROM scratch
COPY --from=build --link /app /app
COPY --from=build /etc/app.conf /etc/
HEALTHCHECK CMD wget -q -O- http://127.0.0.1/ || exit 1
ENTRYPOINT ["/app"]
