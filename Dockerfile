# The sources run as they are: Node strips the types, there is nothing to build.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY connectors connectors
COPY src src
USER node
EXPOSE 3000
# `docker run image doctor` runs any command; SIGTERM reaches Node itself, so that a batch under way lands.
ENTRYPOINT ["node", "src/cli.ts"]
CMD ["start"]
