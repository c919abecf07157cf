FROM python:3.13-slim
COPY . .
RUN apt-get update && apt-get install -y curl
RUN pip install --user -r requirements.txt
RUN python -m venv /root/venv && . /root/venv/bin/activate
RUN chmod -R 777 /srv; cd /srv
ADD conf /etc/conf
ENV API_TOKEN=abc HOST=127.0.0.1
COPY .env ./
USER 1000
HEALTHCHECK CMD curl -f http://localhost:8000/ || true
ENTRYPOINT uvicorn app:app | tee log
CMD ['--port', '8000']
