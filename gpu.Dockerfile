# The clustering sidecar (npm run start:gpu) with a GPU engine. NVIDIA driver and container toolkit are the host's.
#
#   docker build -f gpu.Dockerfile -t wikitag-gpu .                                  tfjs-node-gpu: CUDA 11, cuDNN 8
#   docker build -f gpu.Dockerfile -t wikitag-gpu --build-arg ENGINE=onnx .          onnxruntime-node: CUDA 12, cuDNN 9
#   docker run --gpus all -e DATABASE_URL=postgres://… wikitag-gpu     (also REDIS_URL, QUEUE_NAME as elsewhere)
#
# The image build fetches the engine's binaries, and fails where they are not whole. The sidecar does not start without a
# GPU that computes right. x86-64 only: neither engine has GPU binaries for another.

ARG ENGINE=tfjs-gpu
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS node

# One name for both worlds: what stands below says FROM cuda-${ENGINE}.
FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04 AS cuda-tfjs-gpu
FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04 AS cuda-onnx

# -- Node on the CUDA libraries; its official binaries need no newer glibc than Ubuntu 22.04 has ------------------------
FROM cuda-${ENGINE} AS base
COPY --from=node /usr/local/bin/node /usr/local/bin/node
ENV NODE_ENV=production
WORKDIR /wikitag/app

FROM base AS tools
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates g++ make python3 \
 && rm -rf /var/lib/apt/lists/*

# -- the program: TypeScript and the native addon, compiled against this very system -----------------------------------
FROM tools AS program
ENV NODE_ENV=development
COPY . .
RUN node scripts/go.mjs build \
 && test -f build/wikitag.node \
 && node -e "require('./build/wikitag.node')" \
 && test -f dist/src/gpu.js

# -- what it needs when it runs, without what only development needs ---------------------------------------------------
FROM tools AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# -- the engine, in the folder above the program, where Node looks next ------------------------------------------------
FROM tools AS engine
ARG ENGINE
COPY package.json .npmrc ./
COPY scripts/gpu scripts/gpu
RUN node scripts/gpu/install-engine.mjs "${ENGINE}" /wikitag \
 && node scripts/gpu/assert-engine.mjs "${ENGINE}" /wikitag

FROM base AS sidecar
ARG ENGINE
RUN useradd --system --uid 10001 --create-home --shell /usr/sbin/nologin wikitag
COPY --from=engine /wikitag/node_modules /wikitag/node_modules
COPY --from=dependencies /wikitag/app/node_modules node_modules
COPY --from=program /wikitag/app/build/wikitag.node build/wikitag.node
COPY --from=program /wikitag/app/dist/src dist/src
COPY package.json ./
COPY scripts/gpu scripts/gpu
# Once more where it will run: with the libraries of this stage, not of the one that fetched.
RUN node scripts/gpu/assert-engine.mjs "${ENGINE}" /wikitag \
 && node -e "require('./build/wikitag.node')"
ENV CLUSTERING_BACKEND=${ENGINE}
USER 10001
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["node", "scripts/gpu/healthy.mjs"]
STOPSIGNAL SIGTERM
CMD ["node", "--enable-source-maps", "dist/src/gpu.js"]
