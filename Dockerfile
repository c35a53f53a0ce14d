# The version is that of the devDependency `node` in package.json: a test holds the two together.
FROM node:24.21.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No dependency of ours needs a script to be installed; whatever wants to run one is refused.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without scripts the devDependency `node` stays an empty shell, and the image's own Node runs the build.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY webhooks webhooks
COPY workers workers
RUN npm run build

FROM node:24.21.0-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
# The only place that is written to, and only without DATABASE_URL: the embedded database. Mount a volume
# there to keep it; none is declared, so that processes which need none do not leave an unnamed one behind.
RUN install -d -o node -g node /data
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY examples examples
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# New objects get 32 MB before they are looked through; on a large machine Node.js would take 128 MB. What lives on is
# not limited by it.
ENTRYPOINT ["node", "--max-semi-space-size=16", "dist/src/cli/bin.js"]
CMD ["serve"]
