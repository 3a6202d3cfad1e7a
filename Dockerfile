# One image for the three servers; compose.yaml says which one a container runs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund \
  && node scripts/build.ts \
  && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data FHIR_HOST=0.0.0.0 AUTH_HOST=0.0.0.0 PORTAL_HOST=0.0.0.0
# As scripts/processes.ts has it.
ENV NODE_OPTIONS=--max-semi-space-size=8
WORKDIR /app
COPY --from=build /app /app
# The second is for compiled code: a server that starts again does so in half the time.
RUN mkdir -p /data node_modules/.cache/compile && chown node:node /data node_modules/.cache/compile
USER node
VOLUME /data
# Which server's health: set where the command is.
ENV HEALTH_URL=http://127.0.0.1:8080/healthz
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(process.env.HEALTH_URL).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "fhir-server/src/main.ts"]
