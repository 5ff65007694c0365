# docker build -t lionrock --build-arg COMMIT=$(git rev-parse --short=12 HEAD) .
# docker run --rm -p 4000:4000 -v lionrock:/var/lib/lionrock lionrock

FROM rust:1.95-bookworm AS build
WORKDIR /build
ENV CARGO_PROFILE_RELEASE_STRIP=symbols

# Builds only the dependencies. This layer is rebuilt only when the manifest or the lock file changes.
COPY Cargo.toml Cargo.lock ./
COPY derive derive
# cargo requires the file of every named target, including benches and tests, which are not copied later.
RUN mkdir -p src benches/side_by_side tests/it && echo 'fn main() {}' > src/main.rs && touch src/lib.rs tests/it/redis.rs \
        benches/answers.rs benches/decode.rs benches/graph.rs benches/linking.rs benches/side_by_side/main.rs \
    && cargo build --release --locked --bin lionrock \
    && rm -r src

COPY . .
# Shown by `lionrock --version`.
ARG COMMIT
ENV LIONROCK_COMMIT=$COMMIT
# The placeholder files above are newer than the copied sources. Without `touch`, cargo would not rebuild them.
RUN touch src/lib.rs src/main.rs && cargo build --release --locked --bin lionrock


# Debian's slim image contains the C library that the binary is linked with.
FROM debian:bookworm-slim
ARG VERSION=0.1.0
ARG COMMIT
LABEL org.opencontainers.image.title="Lionrock" \
      org.opencontainers.image.description="A GraphQL gateway over Hong Kong's innovation open data" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$COMMIT" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"

# Copies the CA certificates from the build image, which saves a package installation.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /build/LICENSE-MIT /build/LICENSE-APACHE /usr/share/doc/lionrock/
COPY --from=build /build/target/release/lionrock /usr/local/bin/
RUN install -d -o 10001 -g 10001 /var/lib/lionrock

ENV LIONROCK_LISTEN=0.0.0.0:4000 LIONROCK_STATE_DIR=/var/lib/lionrock
USER 10001:10001
VOLUME /var/lib/lionrock
EXPOSE 4000

# The check uses the port of LIONROCK_LISTEN. Change the port with that variable, not with `--listen`.
HEALTHCHECK --interval=30s --timeout=6s --start-period=15s CMD ["lionrock", "health"]

ENTRYPOINT ["lionrock"]
CMD ["serve"]
