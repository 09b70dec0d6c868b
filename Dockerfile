# docker build -t marquee .
# docker run -p 8501:8501 -e MARQUEE_API_TOKEN=a-long-random-text -v marquee:/data marquee
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app

# Requirements alone first: this layer stays until they change.
COPY requirements.txt requirements-core.txt requirements.lock ./
RUN pip install -r requirements.txt -c requirements.lock

COPY . .

# The user owns the data and nothing of the program.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin marquee \
    && mkdir -p /data/db /data/uploads /data/datasets /data/backups \
    && chown -R marquee:marquee /data
USER marquee

# Every address of the container, so that the published port works. It starts only with MARQUEE_API_TOKEN set.
ENV MARQUEE_HOST=0.0.0.0 \
    MARQUEE_PORT=8501 \
    MARQUEE_DATABASE=/data/db/marquee.duckdb \
    MARQUEE_DATA_DIR=/data/uploads \
    MARQUEE_DATASETS_DIR=/data/datasets \
    MARQUEE_BACKUP_DIR=/data/backups \
    HOME=/data

VOLUME ["/data"]
EXPOSE 8501
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=30s --timeout=5s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['MARQUEE_PORT'] + '/readyz', timeout=4)"]

CMD ["python", "run_app.py", "--no-install", "--no-browser"]
