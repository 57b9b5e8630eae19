# syntax=docker/dockerfile:1
# One image for every kind of process: docker run onair --only grpc|realtime|api|workers.

# Trixie: the addon of uWebSockets.js needs glibc 2.38. The release of Node that the tests run on.
FROM node:24-trixie-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

FROM base AS build
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM base AS packages
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit --no-fund

FROM base
# Production refuses to start without its settings and says which. DATA_DIR is for trying the
# embedded mode (ONAIR_ENV=development) on a volume; production keeps nothing on disk.
ENV NODE_ENV=production \
    ONAIR_ENV=production \
    API_HOST=0.0.0.0 \
    REALTIME_HOST=0.0.0.0 \
    GRPC_HOST=0.0.0.0 \
    DATA_DIR=/data
RUN install -d -o node -g node /data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
# api, realtime, grpc. Workers don't listen.
EXPOSE 3000 2567 50051
STOPSIGNAL SIGTERM
# No HEALTHCHECK, as what to ask depends on the part: `node dist/launch/check-health.js api`.
ENTRYPOINT ["node", "dist/main.js"]
