# No build step: Node strips the types and runs the TypeScript sources.
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
# `docker run <image> doctor` runs any command. The exec form: SIGTERM reaches Node, which finishes its in-flight batches.
ENTRYPOINT ["node", "src/cli.ts"]
CMD ["start"]
