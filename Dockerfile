# shipshape itself, as a tool in a container: lessons and quizzes work in it as they
# are.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
# A network whose proxy signs with an authority of its own gives that as the
# secret "ca"; nobody else needs it.
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    go mod download
COPY . .
ARG VERSION=unknown
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w -X main.version=${VERSION}" \
        -o /out/shipshape ./cmd/shipshape \
    && mkdir /out/data

FROM scratch
COPY --from=build /out/shipshape /usr/local/bin/shipshape
COPY --from=build --chown=65532:65532 /out/data /data
ENV PATH=/usr/local/bin XDG_DATA_HOME=/data
WORKDIR /data
USER 65532:65532
# Where this source came from, as whoever builds it knows: a commit and an
# address.
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="shipshape" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.source=${SOURCE}
ENTRYPOINT ["shipshape"]
CMD ["lessons"]
