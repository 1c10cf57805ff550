# No build step: Node strips the types and runs the TypeScript sources.
#
# A release pins the base by digest: deploy/build-release, from deploy/base-images/Dockerfile. The default names none, so that
# it builds from a mirror or a base image of your own too.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts: nothing is compiled, so every platform of the base image will do.
# TypeScript, a development dependency, would come along: a package of the queue page names it as an optional peer.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force \
  && rm -r node_modules/typescript node_modules/@typescript
# What is in the image, as CycloneDX: read from what was installed, without a registry. npm would miss the development
# dependencies, and with --omit=dev leave out what both kinds share.
RUN npm pkg delete devDependencies && npm sbom --sbom-format=cyclonedx --sbom-type=application > sbom.cdx.json

FROM ${NODE_IMAGE}
# PORT: a worker, too, serves its health there. A container has its ports for itself.
ENV NODE_ENV=production PORT=3000 COMMAND_PREFIX=altur-crm-sync NODE_COMPILE_CACHE=/app/compiled
# Where a machine has much memory, Node lets a process grow. This takes a third less for an ingress; under full load,
# thousands of events a second, it costs up to half as much CPU again.
# https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
ENV NODE_OPTIONS="--max-old-space-size=384 --max-semi-space-size=4"
WORKDIR /app
RUN ln -s /app/src/cli.ts /usr/local/bin/altur-crm-sync
COPY --from=dependencies /app/node_modules node_modules
COPY --from=dependencies /app/sbom.cdx.json ./
COPY package.json ./
COPY examples examples
COPY connectors connectors
COPY src src
COPY deploy/compile.ts deploy/
# What Node keeps of the sources that it has compiled, so that a container starts in half the time. It keeps that for each
# user separately: another one than this starts as fast as without.
RUN mkdir compiled && chown node compiled
USER node
RUN ["node", "deploy/compile.ts"]
EXPOSE 3000
# Of a process of any role; a command that serves nothing has ended before this counts.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# `docker run <image> doctor` runs any command. The exec form: SIGTERM reaches Node, which finishes its in-flight batches.
ENTRYPOINT ["node", "/app/src/cli.ts"]
CMD ["start"]

# Last: a new revision leaves the layers as they are.
ARG NODE_IMAGE
ARG VERSION=0.4.1
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="altur-crm-sync" \
  org.opencontainers.image.description="Writes Altur calls into HubSpot or Salesforce: never lost, never twice, in the fewest CRM requests." \
  org.opencontainers.image.source="${SOURCE}" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${NODE_IMAGE}" \
  io.altur.crm-sync.sbom="/app/sbom.cdx.json"
