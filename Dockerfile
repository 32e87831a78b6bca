# A simulated Smartcar, for docker compose and for the services of a CI: docs/container.md

FROM python:3.13-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/smartcar
# What it runs on first: it changes less often than the project itself.
COPY requirements-run.lock /build/
RUN /opt/smartcar/bin/pip install --require-hashes -r /build/requirements-run.lock
COPY LICENSE README.md pyproject.toml /build/
COPY src /build/src
RUN /opt/smartcar/bin/pip install --no-deps --no-build-isolation /build

FROM python:3.13-slim

# Numbers, so that a cluster can tell that this is not root.
RUN install --directory --owner=10001 --group=10001 /data
COPY --from=build /opt/smartcar /opt/smartcar
ENV PATH=/opt/smartcar/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /data
EXPOSE 8686
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --start-interval=1s \
    CMD ["smartcar", "simulator", "clock", "show"]
# Options after the image's name are added to these.
ENTRYPOINT ["smartcar", "simulator", "--host", "0.0.0.0", "--port", "8686", "--db", "/data/simulator.db"]
CMD []
