# syntax=docker/dockerfile:1
ARG NODE=24
FROM node:${NODE}-slim AS base
ENV NODE_ENV=production PORT=8080
WORKDIR /srv

FROM base AS deps
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

FROM base
COPY --from=deps /srv/node_modules ./node_modules
COPY --chown=node:node . .
USER node
EXPOSE ${PORT}/tcp
HEALTHCHECK --interval=30s CMD node -e "fetch('http://127.0.0.1:8080/').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "server.js"]
