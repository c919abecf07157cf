FROM node:24-slim
WORKDIR /app
COPY package.json ./
USER node
RUN yarn
USER root
COPY . .
RUN yarn && \
    npm && \
    pnpm && \
    pip && \
    uv && \
    poetry && \
    go && \
    cargo && \
    bundle && \
    composer && \
    mvn && \
    gradle && \
    apt-get && \
    apk && \
    curl && \
    git && \
    chown && \
    chmod && \
    rm && \
    cp && \
    mkdir && \
    useradd && \
    adduser && \
    sudo && \
    env && \
    timeout && \
    sh && \
    bash && \
    eval && \
    cd && \
    set && \
    export && \
    . && \
    source && \
    test && \
    cat && \
    echo && \
    node && \
    service && \
    gunicorn && \
    nginx && \
    redis-server && \
    mysql && \
    venv
RUN ["npm"]
HEALTHCHECK CMD ["curl"]
ENTRYPOINT ["sh"]
CMD ["yarn"]
