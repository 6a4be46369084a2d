# The API and the workers (compose.yaml runs both from this image; gpu.Dockerfile is the clustering sidecar on a GPU).
#
#   docker build -t wikitag .
#   docker run -e DATABASE_URL=postgres://… -e API_KEYS=… -e HOST=0.0.0.0 -p 127.0.0.1:3000:3000 wikitag

ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS tools
WORKDIR /wikitag
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates g++ \
 && rm -rf /var/lib/apt/lists/*

# -- the program: TypeScript, the page, and the native addon, compiled against this very system -------------------------
FROM tools AS program
COPY . .
RUN node scripts/go.mjs build \
 && node -e "require('./build/wikitag.node')" \
 && test -f dist/src/api.js && test -f dist/web/index.html

# -- what it needs when it runs, without what only development needs ----------------------------------------------------
FROM tools AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /wikitag
RUN useradd --system --uid 10001 --create-home --shell /usr/sbin/nologin wikitag \
 && mkdir /data && chown 10001 /data
COPY --from=dependencies /wikitag/node_modules node_modules
COPY --from=program /wikitag/build/wikitag.node build/wikitag.node
COPY --from=program /wikitag/dist/src dist/src
COPY --from=program /wikitag/dist/web dist/web
COPY package.json ./
USER 10001
STOPSIGNAL SIGTERM
# The two V8 settings keep the memory of a process near what is in use (scripts/go.mjs gives them to npm start too).
ENTRYPOINT ["node", "--enable-source-maps", "--initial-old-space-size=64", "--heap-growing-percent=30"]
CMD ["dist/src/api.js"]
