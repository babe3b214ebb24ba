# Both programs of Relance in one small image; the command chooses: relance or relance-worker.

FROM golang:1.26.8 AS build
WORKDIR /src
# Dependencies change rarely: a layer of their own.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOBIN=/out go install -buildvcs=false -ldflags='-s -w' ./starter ./worker && \
    mv /out/starter /out/relance && mv /out/worker /out/relance-worker

FROM alpine:3.22
# Time zones of debtors, and the certificates to reach the providers.
RUN apk add --no-cache ca-certificates tzdata && adduser -D -u 10001 relance
COPY --from=build /out/ /usr/local/bin/
USER relance
EXPOSE 8080
CMD ["relance", "serve"]
