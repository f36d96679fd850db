FROM python:3.11-slim-bookworm

# WeasyPrint draws PDF files with Pango; the documents bring their own fonts, these are the fallback.
RUN apt-get update \
    && apt-get install --no-install-recommends -y \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --home-dir /srv/parindex --shell /usr/sbin/nologin parindex
WORKDIR /srv/parindex

COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt

COPY . .

ENV PARINDEX_ENV=production \
    PARINDEX_VAR=/srv/parindex/var \
    PARINDEX_STATIC=/srv/parindex/static-collected \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# These values live for this one line; nothing of them stays in the image.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    ALLOWED_HOSTS=build.invalid DATABASE_URL=postgres://build@build.invalid/build REDIS_URL=redis://build.invalid \
    python manage.py collectstatic --noinput -v 0 \
    && rm -rf var && mkdir var && chown parindex:parindex var

USER parindex
VOLUME /srv/parindex/var
EXPOSE 8000
STOPSIGNAL SIGTERM

CMD ["gunicorn", "parindex.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", "--max-requests", "5000", "--max-requests-jitter", "500"]
